"""Presidio with blank spaCy pipelines; runs in the ``presidio`` environment.

Reads ``{"texts": [...], "names": [...], "language": "en" or "zh"}`` and answers with the spans of
each text and the seconds spent. Names come in as a deny list; its word boundaries never hold
between Chinese characters, so Chinese names come in as a pattern instead. Nothing is downloaded:
the list of public suffixes is the one inside tldextract.
"""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path
from typing import Any


def engine(language: str, names: list[str]) -> Any:
    """Return an analyzer that knows the names."""
    import spacy
    import tldextract
    from presidio_analyzer import AnalyzerEngine, Pattern, PatternRecognizer, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SpacyNlpEngine
    from presidio_analyzer.predefined_recognizers import PhoneRecognizer

    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)

    class Blank(SpacyNlpEngine):
        def __init__(self) -> None:
            super().__init__(models=[{"lang_code": language, "model_name": "blank"}])
            self.nlp = {language: spacy.blank(language)}

        def load(self) -> None:
            return None

    registry = RecognizerRegistry(supported_languages=[language])
    registry.load_predefined_recognizers(languages=[language])
    given: dict[str, Any] = {"supported_entity": "PERSON", "supported_language": language}
    if language == "en":
        registry.add_recognizer(PatternRecognizer(deny_list=names, **given))
    else:
        joined = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        pattern = Pattern("names", joined, 1.0)
        registry.add_recognizer(PatternRecognizer(patterns=[pattern], **given))
        regions = PhoneRecognizer(supported_language=language, supported_regions=("CN",))
        registry.add_recognizer(regions)
    return AnalyzerEngine(registry=registry, nlp_engine=Blank(), supported_languages=[language])


def main() -> None:
    """Answer one request."""
    request = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    analyzer = engine(request["language"], request["names"])
    started = time.process_time()
    spans = [
        [(one.start, one.end) for one in analyzer.analyze(text, language=request["language"])]
        for text in request["texts"]
    ]
    answer = {"spans": spans, "seconds": time.process_time() - started}
    Path(sys.argv[2]).write_text(json.dumps(answer), "utf-8")


if __name__ == "__main__":
    main()
