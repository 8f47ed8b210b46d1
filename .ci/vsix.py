#!/usr/bin/env python3
"""Packs editors/vscode into a .vsix: an Open Packaging archive that needs neither Node.js nor a registry to be made.

    vsix.py FOLDER

Writes FOLDER/NAME-VERSION.vsix and prints its path. The same sources give the same bytes.
"""

import json
import pathlib
import sys
import zipfile
from xml.sax.saxutils import escape, quoteattr

ROOT = pathlib.Path(__file__).resolve().parents[1]
SOURCE = ROOT / "editors" / "vscode"
# What an archive's clock can show at the earliest; when it was packed is nobody's business.
EPOCH = (1980, 1, 1, 0, 0, 0)
PARTS = ["package.json", "README.md", "language-configuration.json", "syntaxes/*.json", "src/*.js"]

TYPES = """<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension=".json" \
ContentType="application/json"/><Default Extension=".vsixmanifest" ContentType="text/xml"/><Default Extension=".md" \
ContentType="text/markdown"/><Default Extension=".js" ContentType="application/javascript"/><Default Extension=".txt" \
ContentType="text/plain"/></Types>
"""


def description(manifest):
    """The archive's own manifest, which VS Code reads when it installs."""
    repository = manifest["repository"]["url"]
    properties = {
        "Microsoft.VisualStudio.Code.Engine": manifest["engines"]["vscode"],
        "Microsoft.VisualStudio.Code.ExtensionKind": ",".join(manifest["extensionKind"]),
        "Microsoft.VisualStudio.Services.Links.Source": repository,
        "Microsoft.VisualStudio.Services.Links.Support": manifest["bugs"]["url"],
    }
    entries = "\n".join(f"      <Property Id={quoteattr(k)} Value={quoteattr(v)}/>" for k, v in properties.items())
    return f"""<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
  <Metadata>
    <Identity Language="en-US" Id={quoteattr(manifest["name"])} Version={quoteattr(manifest["version"])} \
Publisher={quoteattr(manifest["publisher"])}/>
    <DisplayName>{escape(manifest["displayName"])}</DisplayName>
    <Description xml:space="preserve">{escape(manifest["description"])}</Description>
    <Tags>{escape(",".join(manifest["keywords"]))}</Tags>
    <Categories>{escape(",".join(manifest["categories"]))}</Categories>
    <Properties>
{entries}
    </Properties>
    <License>extension/LICENSE.txt</License>
  </Metadata>
  <Installation><InstallationTarget Id="Microsoft.VisualStudio.Code"/></Installation>
  <Dependencies/>
  <Assets>
    <Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.Details" Path="extension/README.md" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.License" Path="extension/LICENSE.txt" Addressable="true"/>
  </Assets>
</PackageManifest>
"""


def pack(folder):
    """Writes the archive; returns its path."""
    manifest = json.loads((SOURCE / "package.json").read_text(encoding="utf-8"))
    contents = {
        "extension.vsixmanifest": description(manifest).encode(),
        "[Content_Types].xml": TYPES.encode(),
        "extension/LICENSE.txt": (ROOT / "LICENSE").read_bytes(),
    }
    for part in PARTS:
        for path in sorted(SOURCE.glob(part)):
            contents[f"extension/{path.relative_to(SOURCE).as_posix()}"] = path.read_bytes()
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{manifest['name']}-{manifest['version']}.vsix"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in contents.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return target


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print(pack(pathlib.Path(sys.argv[1])))
