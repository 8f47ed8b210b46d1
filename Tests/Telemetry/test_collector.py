"""The pages and the Collector's configuration agree with the program."""

import re

import ruamel.yaml

from conftest import ROOT


def allow_list(name):
    """The attributes that Sources/MasqueAnalytics/AllowList.swift lists."""
    source = (ROOT / "Sources" / "MasqueAnalytics" / "AllowList.swift").read_text()
    table = re.search(rf"static let {name}:.*?= \[\n(.*?)\n  \]", source, re.DOTALL)[1]
    return set(re.findall(r'\("([\w.]+)", \.\w+\)', table))


def names(name):
    """Those whose values must be names."""
    source = (ROOT / "Sources" / "MasqueAnalytics" / "AllowList.swift").read_text()
    table = re.search(rf"static let {name}:.*?= \[\n(.*?)\n  \]", source, re.DOTALL)[1]
    return set(re.findall(r'\("([\w.]+)", \.name\)', table))


def configuration():
    return ruamel.yaml.YAML(typ="safe").load((ROOT / "docs" / "collector" / "collector.yaml").read_text())


def test_every_name_is_defined():
    """What a pipeline names is there, and nothing is there that no pipeline names."""
    config = configuration()
    used = {"receivers": set(), "processors": set(), "exporters": set()}
    for pipeline in config["service"]["pipelines"].values():
        for kind, names in used.items():
            names.update(pipeline[kind])
    for kind, names in used.items():
        assert names == set(config[kind]), kind
    assert set(config["service"]["extensions"]) == set(config["extensions"])
    for exporter in config["exporters"].values():
        storage = exporter.get("sending_queue", {}).get("storage")
        assert storage is None or storage in config["extensions"]


def test_it_stands_in_for_the_receiver():
    config = configuration()
    http = config["receivers"]["otlp"]["protocols"]["http"]
    assert (http["endpoint"], http["max_request_body_size"]) == ("127.0.0.1:4318", 64 << 20)
    assert config["extensions"]["health_check"]["endpoint"] == "127.0.0.1:13133"
    for signal in ("logs", "metrics", "traces"):
        file = config["exporters"][f"file/{signal}"]
        assert file["path"] == f"${{env:MASQUES_HOME}}/telemetry/{signal}.jsonl"
        assert (file["format"], file["rotation"]["max_megabytes"], file["rotation"]["max_days"]) == ("json", 256, 30)


def test_nothing_goes_to_clickhouse_but_the_allow_list():
    config = configuration()
    for name, pipeline in config["service"]["pipelines"].items():
        if "clickhouse" in pipeline["exporters"]:
            assert {"transform/allowed", "transform/names"} <= set(pipeline["processors"]), name
    transform = config["processors"]["transform/allowed"]

    def kept(statements, context):
        lists = [re.search(r"keep_keys\(\w+\.attributes, \[(.*)\]\)", statement)
                 for group in statements if group["context"] == context for statement in group["statements"]]
        return set(re.findall(r'"([^"]+)"', next(match for match in lists if match)[1]))

    assert kept(transform["log_statements"], "log") == allow_list("events") | {"event.name", "event.sequence", "session.id"}
    assert kept(transform["metric_statements"], "datapoint") == allow_list("metrics") | {"session.id"}
    for statements in (transform["log_statements"], transform["metric_statements"]):
        assert kept(statements, "resource") == {"service.name"}


    checks = config["processors"]["transform/names"]
    for kind, list_ in (("log_statements", "events"), ("metric_statements", "metrics")):
        checked = {re.search(r'delete_key\(\w+\.attributes, "([^"]+)"\)', statement)[1]
                   for group in checks[kind] for statement in group["statements"]}
        assert checked == names(list_) | {"session.id"}


def test_the_page_lists_what_leaves():
    page = (ROOT / "docs" / "clickhouse.md").read_text()
    section = re.search(r"## What leaves the machine\n(.*?)\n## ", page, re.DOTALL)[1]
    listed = set(re.findall(r"`([\w.]+)`", section.split("**of telemetry**")[1]))
    assert listed == allow_list("events") | allow_list("metrics")


def test_the_page_lists_every_table():
    page = (ROOT / "docs" / "clickhouse.md").read_text()
    for path in (ROOT / "schemas" / "clickhouse").glob("*.sql"):
        for table in re.findall(r"CREATE TABLE IF NOT EXISTS (\w+)", path.read_text()):
            assert f"`{table}`" in page, table
