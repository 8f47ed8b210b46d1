"""The README's example is what the program says."""

import re
import subprocess

from conftest import ROOT


def test_the_example_in_the_readme(lint, tmp_path):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    masque = re.search(r"```yaml\n(.*?)```", readme, re.DOTALL).group(1)
    command, shown = re.search(r"```console\n\$ masque-lint ([\w.]+)\n(.*?)```", readme, re.DOTALL).groups()
    (tmp_path / command).write_text(masque, encoding="utf-8")
    done = subprocess.run([lint, command], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stdout + done.stderr == shown
