#!/usr/bin/env python3
"""Packs what `make install` laid out: a tarball, a Debian package, and their checksums.

    dist.py ROOT FOLDER [--no-deb] [--level N]

ROOT is a folder with `usr/…` in it, as `make install DESTDIR=ROOT PREFIX=/usr` makes it. Every program in it is
looked at first: whatever it needs at run time, beside the C library, would be missing on the machines that this is for.
The same ROOT gives the same bytes: times are SOURCE_DATE_EPOCH, or 1980; owners are root; names are sorted.
"""

import argparse
import gzip
import hashlib
import io
import os
import pathlib
import platform
import re
import shutil
import struct
import subprocess
import sys
import tarfile
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
EPOCH = int(os.environ.get("SOURCE_DATE_EPOCH", "315532800"))
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
# Of the C library, and so on every machine that has one.
ALLOWED = re.compile(r"^(libc|libm|libdl|libpthread|librt|libresolv|ld-linux-[\w-]+)\.so(\.\d+)*$")


def version():
    """The version of the programs; the shim for pre-commit has it, and a test holds the others to it."""
    return re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)[1]


class Refused(Exception):
    """Why something can't be packed."""


class Program:
    """An ELF program of 64 bits: what it asks for at run time."""

    def __init__(self, path):
        self.data = path.read_bytes()
        if self.data[:6] != b"\x7fELF\x02\x01":
            raise Refused(f"{path.name} is no program for Linux of 64 bits")
        self.machine = {62: "x86_64", 183: "aarch64"}.get(self.half(18))
        start, size, count = self.word(32), self.half(54), self.half(56)
        headers = [start + size * number for number in range(count)]
        kinds = {struct.unpack_from("<I", self.data, place)[0]: place for place in headers}
        loads = [place for place in headers if struct.unpack_from("<I", self.data, place)[0] == 1]

        def offset(address):
            for place in loads:
                file, virtual, length = self.word(place + 8), self.word(place + 16), self.word(place + 32)
                if virtual <= address < virtual + length:
                    return address - virtual + file
            raise Refused(f"{path.name} has an address that is nowhere")

        self.needed, self.glibc = [], (0, 0)
        # Of a static program that can be loaded anywhere there is a dynamic section, but nothing needed in it.
        if 2 not in kinds:
            return
        entries, place = {}, self.word(kinds[2] + 8)
        names = []
        while (tag := self.word(place)) != 0:
            value = self.word(place + 8)
            names.append(value) if tag == 1 else entries.setdefault(tag, value)
            place += 16
        if 5 in entries:
            strings = offset(entries[5])
            self.needed = [self.text(strings + name) for name in names]
            text = self.data[strings : strings + entries.get(10, 0)].decode("latin-1")
            found = re.findall(r"GLIBC_(\d+)\.(\d+)", text)
            self.glibc = max(((int(major), int(minor)) for major, minor in found), default=(0, 0))

    def half(self, place):
        return struct.unpack_from("<H", self.data, place)[0]

    def word(self, place):
        return struct.unpack_from("<Q", self.data, place)[0]

    def text(self, place):
        return self.data[place : self.data.index(b"\0", place)].decode()


def check(programs):
    """Looks at every program; returns the machine that they are for and the C library that they need."""
    if not programs:
        raise Refused("there is no program in usr/bin")
    machines, glibc = set(), (0, 0)
    for path in programs:
        program = Program(path)
        foreign = [name for name in program.needed if not ALLOWED.match(name)]
        if foreign:
            raise Refused(f"{path.name} needs {', '.join(foreign)}, which other machines may not have")
        machines.add(program.machine)
        if program.needed:
            glibc = max(glibc, program.glibc)
        if program.machine == platform.machine():
            said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=60).stdout.strip()
            if said.split()[-1:] != [version()]:
                raise Refused(f"{path.name} --version says {said!r}, and this is {version()}")
    if len(machines) != 1 or None in machines:
        raise Refused(f"the programs are for {machines}")
    return machines.pop(), glibc


def files(root):
    return [path for path in sorted(root.rglob("*")) if path.is_file() and not path.is_symlink()]


def tarball(root, folder, machine, level):
    """bin/, share/ and a few words, in one folder: unpack it anywhere, or over /usr/local."""
    stem = f"masques-{version()}-linux-{machine}"
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        contents = {path.relative_to(root / "usr").as_posix(): path for path in files(root / "usr")}
        for name in ("LICENSE", "README.md", "CHANGELOG.md"):
            contents[f"share/doc/masques/{name}"] = ROOT / name
        folders = {parent.as_posix() for name in contents for parent in pathlib.PurePosixPath(name).parents}
        for name in sorted({*contents, *folders} - {"."}):
            entry = tarfile.TarInfo(f"{stem}/{name}")
            entry.mtime, entry.uname, entry.gname = EPOCH, "root", "root"
            if name in folders:
                entry.type, entry.mode = tarfile.DIRTYPE, 0o755
                archive.addfile(entry)
                continue
            data = contents[name].read_bytes()
            entry.size, entry.mode = len(data), 0o755 if os.access(contents[name], os.X_OK) else 0o644
            archive.addfile(entry, io.BytesIO(data))
    target = folder / f"{stem}.tar.gz"
    with open(target, "wb") as file, gzip.GzipFile("", "wb", level, file, EPOCH) as archive:
        archive.write(raw.getvalue())
    return target


CONTROL = """\
Package: masques
Version: {version}
Section: devel
Priority: optional
Architecture: {architecture}
{depends}Installed-Size: {size}
Maintainer: The Masques contributors <masques@users.noreply.github.com>
Homepage: https://github.com/ChrisDBaldwin/masques
Description: temporary identities for agents
 A masque is one YAML file that says what an agent may set out to do, what it
 should know, what it may reach and how it should think. This package has a
 linter, a language server, and the program that puts masques on and takes
 them off.
"""

COPYRIGHT = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: masques
Source: https://github.com/ChrisDBaldwin/masques

Files: *
Copyright: The Masques contributors
License: Apache-2.0
 On Debian systems, the text of the licence is in
 /usr/share/common-licenses/Apache-2.0.
"""


def package(root, folder, machine, glibc, level):
    """A Debian package, by dpkg-deb."""
    architecture = ARCHITECTURES[machine]
    target = folder / f"masques_{version()}_{architecture}.deb"
    with tempfile.TemporaryDirectory() as temporary:
        stage = pathlib.Path(temporary) / "stage"
        shutil.copytree(root / "usr", stage / "usr", symlinks=True)
        documents = stage / "usr" / "share" / "doc" / "masques"
        documents.mkdir(parents=True, exist_ok=True)
        (documents / "copyright").write_text(COPYRIGHT)
        with open(documents / "changelog.gz", "wb") as file, gzip.GzipFile("", "wb", 9, file, EPOCH) as archive:
            archive.write((ROOT / "CHANGELOG.md").read_bytes())
        control = stage / "DEBIAN"
        control.mkdir()
        size = sum(path.stat().st_size for path in files(stage)) // 1024
        depends = f"Depends: libc6 (>= {glibc[0]}.{glibc[1]})\n" if glibc != (0, 0) else ""
        (control / "control").write_text(
            CONTROL.format(version=version(), architecture=architecture, size=size, depends=depends)
        )
        sums = "".join(
            f"{hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()}  {path.relative_to(stage)}\n"
            for path in files(stage)
            if control not in path.parents
        )
        (control / "md5sums").write_text(sums)
        for path in [stage, *stage.rglob("*")]:
            is_open = (
                path.is_dir() or (path.parent.name == "bin" or path.suffix == ".sh") and "DEBIAN" not in path.parts
            )
            path.chmod(0o755 if is_open else 0o644)
            os.utime(path, (EPOCH, EPOCH))
        command = ["dpkg-deb", "--root-owner-group", "-Zxz", f"-z{level}", "--build", stage, target]
        subprocess.run(
            command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "SOURCE_DATE_EPOCH": str(EPOCH)}
        )
    return target


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--no-deb", action="store_true", help="no Debian package")
    parser.add_argument("--level", type=int, default=9, help="how much is compressed, 1 to 9")
    options = parser.parse_args()
    try:
        machine, glibc = check(files(options.root / "usr" / "bin"))
    except Refused as error:
        sys.exit(f"error: {error}")
    options.folder.mkdir(parents=True, exist_ok=True)
    made = [tarball(options.root, options.folder, machine, options.level)]
    if not options.no_deb and shutil.which("dpkg-deb"):
        made.append(package(options.root, options.folder, machine, glibc, options.level))
    made += sorted(options.folder.glob(f"*-{version()}*.whl")) + sorted(options.folder.glob(f"*-{version()}.vsix"))
    sums = "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in made)
    (options.folder / "SHA256SUMS").write_text(sums)
    print(sums, end="")


if __name__ == "__main__":
    main()
