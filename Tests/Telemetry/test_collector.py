"""The pages and the Collector's configuration agree with the program."""

import json
import re

import pytest
import ruamel.yaml

from conftest import ROOT


def allow_list(name):
    """The attributes that Sources/MasqueAnalytics/AllowList.swift lists, with the form of their values."""
    source = (ROOT / "Sources" / "MasqueAnalytics" / "AllowList.swift").read_text()
    table = re.search(rf"static let {name}:.*?= \[\n(.*?)\n  \]", source, re.DOTALL)[1]
    return set(re.findall(r'\("([\w.]+)", \.(\w+)\)', table))


def configuration(*names):
    """The files, one laid over the other as the Collector does with its `--config`: maps are merged, the rest is replaced."""

    def merge(below, above):
        if not isinstance(below, dict) or not isinstance(above, dict):
            return above
        return {key: merge(below[key], above[key]) if key in below and key in above else above.get(key, below.get(key))
                for key in below | above}

    result = {}
    for name in names:
        result = merge(result, ruamel.yaml.YAML(typ="safe").load((ROOT / "docs" / "collector" / name).read_text()))
    return result


BOTH = ("collector.yaml", "clickhouse.yaml")


@pytest.mark.parametrize("names", [BOTH[:1], BOTH])
def test_every_name_is_defined(names):
    """What a pipeline names is there, and nothing is there that no pipeline names."""
    config = configuration(*names)
    used = {"receivers": set(), "processors": set(), "exporters": set()}
    for pipeline in config["service"]["pipelines"].values():
        for kind, found in used.items():
            found.update(pipeline[kind])
    for kind, found in used.items():
        assert found == set(config[kind]), kind
    assert set(config["service"]["extensions"]) == set(config["extensions"])
    for exporter in config["exporters"].values():
        storage = exporter.get("sending_queue", {}).get("storage")
        assert storage is None or storage in config["extensions"]


def test_it_stands_in_for_the_receiver():
    config = configuration("collector.yaml")
    http = config["receivers"]["otlp"]["protocols"]["http"]
    assert (http["endpoint"], http["max_request_body_size"]) == ("127.0.0.1:4318", 64 << 20)
    assert config["extensions"]["health_check"]["endpoint"] == "127.0.0.1:13133"
    for signal in ("logs", "metrics", "traces"):
        file = config["exporters"][f"file/{signal}"]
        assert file["path"] == f"${{env:MASQUES_HOME}}/telemetry/{signal}.jsonl"
        assert (file["format"], file["rotation"]["max_megabytes"], file["rotation"]["max_days"]) == ("json", 256, 30)
    # Its own figures would take a port that the receiver does not.
    assert config["service"]["telemetry"]["metrics"]["level"] == "none"
    # Nothing of ClickHouse is asked of who has none.
    assert "CLICKHOUSE" not in json.dumps(config)


def test_nothing_goes_to_clickhouse_but_the_allow_list():
    config = configuration(*BOTH)
    for name, pipeline in config["service"]["pipelines"].items():
        if "clickhouse" in pipeline["exporters"]:
            assert {"filter/named", "transform/allowed"} <= set(pipeline["processors"]), name
            # A batch whose statements fail is dropped, and whoever sends is not told to send it again.
            assert pipeline["processors"][0] == "batch/copies", name
    for name, processor in config["processors"].items():
        if not name.startswith("batch"):
            assert processor["error_mode"] == "propagate", name
    transform = config["processors"]["transform/allowed"]

    def statements(signal, context):
        return [statement for group in transform[signal] if group["context"] == context for statement in group["statements"]]

    def kept(signal, context):
        lists = [re.fullmatch(r"keep_keys\(\w+\.attributes, \[(.*)\]\)", statement) for statement in statements(signal, context)]
        return set(re.findall(r'"([^"]+)"', next(match for match in lists if match)[1]))

    forms = {"name": "^[A-Za-z0-9_.:/-]{1,128}$", "number": "^[-+]?[0-9]{1,40}([.][0-9]{1,40})?([eE][-+]?[0-9]{1,3})?$"}
    for signal, context, table, own in (
        ("log_statements", "log", "events", {"session.id": "name", "event.sequence": "whole"}),
        ("metric_statements", "datapoint", "metrics", {"session.id": "name"}),
    ):
        allowed = dict(allow_list(table)) | own
        assert kept(signal, context) - {"event.name"} == set(allowed)
        checked = {}
        for statement in statements(signal, context):
            if match := re.match(r'delete_key\(\w+\.attributes, "([^"]+)"\)', statement):
                path = f'{context}.attributes["{match[1]}"]'
                pattern = re.search(r'or not IsMatch\(' + re.escape(path) + r', "(.*)"\)$', statement)[1]
                assert f"IsString({path}) or IsInt({path}) or IsDouble({path}) or IsBool({path})" in statement
                checked[match[1]] = pattern
        assert checked == {key: forms.get(form, "^[0-9]{1,20}$") for key, form in allowed.items()}
        assert kept(signal, "resource") == {"service.name"} and kept(signal, "scope") == set()
        for field in ("scope.name", "scope.version", "scope.schema_url"):
            assert f'set({field}, "")' in statements(signal, "scope")


def test_the_page_lists_what_leaves():
    page = (ROOT / "docs" / "clickhouse.md").read_text()
    section = re.search(r"## What leaves the machine\n(.*?)\n## ", page, re.DOTALL)[1]
    listed = set(re.findall(r"`([\w.]+)`", section.split("**of telemetry**")[1]))
    assert listed == {name for name, _ in allow_list("events") | allow_list("metrics")}


def test_the_page_lists_every_table():
    page = (ROOT / "docs" / "clickhouse.md").read_text()
    for path in (ROOT / "schemas" / "clickhouse").glob("*.sql"):
        for table in re.findall(r"CREATE TABLE IF NOT EXISTS (\w+)", path.read_text()):
            assert f"`{table}`" in page, table
