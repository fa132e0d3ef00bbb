SHAPES = {}
def names(): return list(SHAPES)
def run(wanted, settings): return 0
