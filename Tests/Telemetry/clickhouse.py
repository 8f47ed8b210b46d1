"""A real ClickHouse server in a process of its own, out of the Python package chdb: `python clickhouse.py FOLDER PORT`."""

import ctypes
import importlib.util
import pathlib
import sys

CONFIGURATION = """<clickhouse>
  <logger><level>warning</level><console>true</console></logger>
  <http_port>{port}</http_port>
  <listen_host>127.0.0.1</listen_host>
  <path>{folder}/data/</path>
  <tmp_path>{folder}/tmp/</tmp_path>
  <user_files_path>{folder}/user_files/</user_files_path>
  <format_schema_path>{folder}/format_schemas/</format_schema_path>
  <mark_cache_size>16777216</mark_cache_size>
  <max_server_memory_usage>2000000000</max_server_memory_usage>
  <background_pool_size>2</background_pool_size>
  <users>
    <default>
      <password></password>
      <networks><ip>127.0.0.1</ip></networks>
      <profile>default</profile><quota>default</quota>
      <access_management>1</access_management>
    </default>
    <masques>
      <password>s&amp;cret</password>
      <networks><ip>127.0.0.1</ip></networks>
      <profile>default</profile><quota>default</quota>
    </masques>
  </users>
  <profiles><default/></profiles>
  <quotas><default/></quotas>
</clickhouse>
"""


def library():
    """The shared object, found without importing the package, which would start an engine of its own; None without."""
    found = importlib.util.find_spec("chdb")
    if found is None or not found.submodule_search_locations:
        return None
    for folder in found.submodule_search_locations:
        for path in sorted(pathlib.Path(folder).glob("**/*.so")):
            if path.stat().st_size > 50 << 20:
                return path
    return None


def main():
    folder, port = pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    configuration = folder / "config.xml"
    configuration.write_text(CONFIGURATION.format(folder=folder, port=port))
    server = ctypes.CDLL(str(library()))
    words = [b"clickhouse-server", b"--config-file=" + str(configuration).encode()]
    arguments = (ctypes.c_char_p * (len(words) + 1))(*words, None)
    sys.exit(server._Z25mainEntryClickHouseServeriPPc(len(words), arguments))


if __name__ == "__main__":
    main()
