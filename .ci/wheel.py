"""Builds the wheel that carries masque-lint, and is the build backend (PEP 517) of the shim in pyproject.toml.

    python3 .ci/wheel.py PROGRAM FOLDER [--static]

A wheel is a zip file with a list of its contents (PEP 427); the standard library is enough for it. The same program
gives the same bytes.
"""

import base64
import hashlib
import pathlib
import platform
import re
import sys
import sysconfig
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
SUMMARY = "Checks masques, and mends what can be mended safely"


def version():
    """The version of the shim, which is that of the programs."""
    return re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)[1]


def write(folder, name, tag, files, requires=()):
    """Writes a wheel and returns its file name. `files` has (path, bytes, whether it is a program)."""
    stem = f"{name.replace('-', '_')}-{version()}"
    info = f"{stem}.dist-info"
    metadata = [
        "Metadata-Version: 2.1",
        f"Name: {name}",
        f"Version: {version()}",
        f"Summary: {SUMMARY}",
        "License: Apache-2.0",
        "Requires-Python: >=3.8",
        *(f"Requires-Dist: {requirement}" for requirement in requires),
    ]
    python, abi, platforms = tag.split("-")
    tags = [f"Tag: {python}-{abi}-{each}" for each in platforms.split(".")]
    pure = "true" if platforms == "any" else "false"
    wheel = ["Wheel-Version: 1.0", "Generator: masques", f"Root-Is-Purelib: {pure}", *tags]
    files = [
        *files,
        (f"{info}/METADATA", "\n".join([*metadata, ""]).encode(), False),
        (f"{info}/WHEEL", "\n".join([*wheel, ""]).encode(), False),
    ]
    record = []
    for path, data, _ in files:
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        record.append(f"{path},sha256={digest},{len(data)}")
    record += [f"{info}/RECORD,,", ""]
    files.append((f"{info}/RECORD", "\n".join(record).encode(), False))
    filename = f"{stem}-{tag}.whl"
    with zipfile.ZipFile(pathlib.Path(folder) / filename, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data, is_program in files:
            entry = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o100755 if is_program else 0o100644) << 16
            archive.writestr(entry, data)
    return filename


def platform_tag(is_static):
    """Where the program runs: a static one wherever the kernel is Linux, whichever C library there is."""
    if sys.platform == "linux" and is_static:
        machine = platform.machine()
        return ".".join(f"{system}_{machine}" for system in ("manylinux2014", "manylinux_2_17", "musllinux_1_1"))
    return re.sub(r"[-.]", "_", sysconfig.get_platform())


# The build backend of the shim: a wheel without a file, that only requires the one with the program.


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    return write(wheel_directory, "masques-hooks", "py3-none-any", [], [f"masque-lint=={version()}"])


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    return build_wheel(wheel_directory)


def build_sdist(sdist_directory, config_settings=None):
    raise NotImplementedError("the shim is installed from its repository")


def main(program, folder, *options):
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    scripts = f"masque_lint-{version()}.data/scripts"
    data = pathlib.Path(program).read_bytes()
    tag = f"py3-none-{platform_tag('--static' in options)}"
    print(pathlib.Path(folder) / write(folder, "masque-lint", tag, [(f"{scripts}/masque-lint", data, True)]))


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
