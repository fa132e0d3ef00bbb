#!/usr/bin/env python3
"""What llama.cpp's server does with a generation workload over parallel slots; prints one JSON line.

    llama_server_wave.py WORKLOAD SERVER_PROGRAM MODEL.gguf [--slots 64] [--threads 2]

Every slot has seen the shared prefix before the clock starts, which is the best case for it.
"""
import argparse
import http.client
import json
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("workload")
    parser.add_argument("program")
    parser.add_argument("model")
    parser.add_argument("--slots", type=int, default=64)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    work = json.load(open(options.workload, encoding="utf-8"))
    port = free_port()
    server = subprocess.Popen(
        [options.program, "-m", options.model, "--host", "127.0.0.1", "--port", str(port), "-t", str(options.threads),
         "-tb", str(options.threads), "-np", str(options.slots), "-c", str(options.slots * 512), "-fa", "on",
         "--no-webui"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def post(prompt, tokens):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        body = dict(prompt=prompt, n_predict=tokens, temperature=work["temperature"], top_k=0, top_p=1.0, min_p=0.0,
                    stop=work["stop"], cache_prompt=True, samplers=["temperature"])
        connection.request("POST", "/completion", json.dumps(body), {"Content-Type": "application/json"})
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return answer["tokens_predicted"]

    try:
        deadline = time.monotonic() + 120
        while True:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                connection.request("GET", "/health")
                if connection.getresponse().status == 200:
                    break
            except OSError:
                pass
            if server.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("llama-server did not start")
            time.sleep(0.2)
        prompts = [work["prefix"] + r["prompt"] for r in work["requests"] for _ in range(r["count"])]
        with ThreadPoolExecutor(options.slots) as pool:
            list(pool.map(lambda p: post(p, 4), [work["prefix"] + "Q:"] * options.slots))
            start = time.monotonic()
            tokens = sum(pool.map(lambda p: post(p, work["maxNewTokens"]), prompts))
            seconds = time.monotonic() - start
        print(json.dumps(dict(seconds=seconds, items=len(prompts), tokens=tokens)))
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
