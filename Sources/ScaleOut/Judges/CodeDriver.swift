/// The judge of kind `code`: a Python program that runs each text's program on the question's inputs.
enum CodeDriver {
    /// The command line that runs it.
    ///
    /// - Parameters:
    ///   - python: A Python and its arguments.
    ///   - seconds: How long all runs of one text may take.
    ///   - memory: What a run may use, MB.
    /// - Returns: The words.
    static func words(_ python: [String], seconds: Int, memory: Int) -> [String] {
        python + ["-s", "-c", source, "\(seconds)", "\(memory)"]
    }

    // A run gets less time and memory than the sandbox allows, so that what takes too much is the run's fault and
    // does not end the driver.
    private static let source = #"""
        import json, resource, subprocess, sys, time

        SECONDS = 0.8 * float(sys.argv[1])
        MEMORY = int(sys.argv[2]) * 3 // 4 << 20


        def program(text):
            parts = text.rsplit("</think>", 1)[-1].split("```")
            if len(parts) == 2:
                return None
            if len(parts) == 1:
                return parts[0]
            block = parts[(len(parts) - 1) // 2 * 2 - 1]
            first, _, rest = block.partition("\n")
            return rest if first.strip().isalnum() or not first.strip() else block


        def limit():
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


        def judge(request):
            code = program(request["text"])
            if not code or not code.strip():
                return {"none": "it holds no whole program"}
            if request.get("entry"):
                code += "\n\nimport json as _json, sys as _sys\n"
                code += "print(%s(*_json.load(_sys.stdin)))\n" % request["entry"]
            end = time.monotonic() + SECONDS
            outputs = []
            for number, text in enumerate(request["inputs"], 1):
                try:
                    run = subprocess.run(
                        [sys.executable, "-s", "-c", code], input=text.encode(), capture_output=True,
                        timeout=max(end - time.monotonic(), 0.01), preexec_fn=limit,
                    )
                except subprocess.TimeoutExpired:
                    return {"none": "the program took too long on input %d" % number}
                except BlockingIOError:
                    # What earlier programs have left running takes all processes: begin again without it.
                    sys.exit("no process is left")
                except (OSError, ValueError, subprocess.SubprocessError) as error:
                    return {"none": "the program cannot be run: %s" % error}
                if run.returncode:
                    words = run.stderr[-1000:].decode(errors="replace").strip().splitlines()
                    why = words[-1] if words else "status %d" % run.returncode
                    return {"none": "the program failed on input %d: %s" % (number, why)}
                outputs.append(run.stdout[: 1 << 20].decode(errors="replace"))
            if sum(map(len, outputs)) > 1 << 16:
                return {"none": "the program printed too much"}
            return {"outputs": outputs}


        for line in sys.stdin:
            request = json.loads(line)
            print(json.dumps({"id": request["id"], **judge(request)}), flush=True)
        """#
}
