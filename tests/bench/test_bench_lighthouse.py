"""What the benchmark reads out of Lighthouse's report."""

from __future__ import annotations

from bench.lighthouse import CATEGORIES, medians, verdict


def report(seo_score: float, weight: int) -> dict[str, object]:
    """A report in which everything is perfect but the meta description."""
    refs = [{"id": "good", "weight": 1}, {"id": "unheard-of", "weight": 1}]
    categories: dict[str, dict[str, object]] = {
        key: {"score": 1, "auditRefs": list(refs)} for key in CATEGORIES
    }
    categories["seo"] = {"score": seo_score, "auditRefs": [*refs, {"id": "description", "weight": weight}]}
    audits = {
        "good": {"title": "Good", "score": 1},
        "unheard-of": {"title": "Does not apply", "score": None},
        "description": {"title": "No description", "score": 0, "displayValue": "1 page"},
    }
    return {"categories": categories, "audits": audits}


def test_an_audit_that_costs_points_is_named_with_its_category() -> None:
    found = verdict(report(0.92, weight=1))
    assert found.failing == ("seo: No description (1 page), 0",)
    assert found.scores == {"performance": 100, "accessibility": 100, "best-practices": 100, "seo": 92}


def test_advice_without_weight_is_left_out() -> None:
    assert verdict(report(1, weight=0)).failing == ()


def test_one_bad_run_of_three_does_not_decide() -> None:
    runs = [verdict(report(score, weight=1)) for score in (1, 0.5, 1)]
    assert medians(runs)["seo"] == 100
