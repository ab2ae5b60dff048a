from __future__ import annotations

import math

import pytest
import torch

from fashionkit.heads import FeatureWidths
from fashionkit.heads.attributes.module import AttributesModule
from fashionkit.heads.attributes.spec import AttributesSpec

SPEC = AttributesSpec.example()
WIDTHS = FeatureWidths(4, 4)
VALUES = [
    {"sleeve": "does not apply", "length": "midi", "striped": True, "checked": False, "year": 2020},
    {"sleeve": "short", "checked": True},
    None,
]


def naive_loss(raw, targets):
    """Attribute by attribute, cell by cell, in float64."""
    per_attribute = {name: [] for name in SPEC.names}
    for row, target in zip(raw.double().tolist(), targets.tolist(), strict=True):
        for name, wanted in zip(SPEC.names, target, strict=True):
            if math.isnan(wanted):
                continue
            if name in SPEC.groups:
                logits = row[SPEC.group_columns[name]]
                loss = math.log(sum(math.exp(logit) for logit in logits)) - logits[int(wanted)]
            elif name in SPEC.tags:
                logit = row[SPEC.tag_columns][list(SPEC.tags).index(name)]
                loss = math.log(1 + math.exp(-logit if wanted else logit))
            else:
                distance = abs(row[SPEC.number_columns][list(SPEC.numbers).index(name)] - wanted)
                loss = distance**2 / 2 if distance <= 1 else distance - 0.5
            per_attribute[name].append(loss)
    return per_attribute


def mean(values):
    return sum(values) / len(values) if values else 0.0


def test_its_loss_weighs_every_attribute_alike():
    raw = torch.randn(3, SPEC.width, generator=torch.Generator().manual_seed(1))
    targets = torch.from_numpy(SPEC.encode(VALUES))
    cells = naive_loss(raw, targets)
    groups = [mean(cells["sleeve"]), mean(cells["length"])]
    tags, numbers = mean(cells["striped"] + cells["checked"]), [mean(cells["year"])]
    expected = (sum(groups) + 2 * tags + sum(numbers)) / 5
    assert AttributesModule(SPEC, WIDTHS).loss(raw, targets).item() == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("name", SPEC.names)
def test_a_label_moves_only_its_own_columns(name):
    raw = torch.zeros(1, SPEC.width, requires_grad=True)
    value = {"sleeve": "long", "length": "midi", "striped": True, "checked": True, "year": 2020}[name]
    AttributesModule(SPEC, WIDTHS).loss(raw, torch.from_numpy(SPEC.encode([{name: value}]))).backward()
    own = torch.zeros(SPEC.width, dtype=torch.bool)
    if name in SPEC.groups:
        own[SPEC.group_columns[name]] = True
    elif name in SPEC.tags:
        own[SPEC.tag_columns.start + list(SPEC.tags).index(name)] = True
    else:
        own[SPEC.number_columns] = True
    assert torch.equal(raw.grad[0] != 0, own)


def test_a_spec_of_one_sort_has_a_loss_too():
    for part in ("groups", "tags", "numbers"):
        spec = AttributesSpec(**{part: getattr(SPEC, part)})
        raw = torch.ones(2, spec.width, requires_grad=True)
        AttributesModule(spec, WIDTHS).loss(raw, torch.from_numpy(spec.encode(spec.example_values(2, 0)))).backward()
        assert raw.grad.abs().sum() > 0
