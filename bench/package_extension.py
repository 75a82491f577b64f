"""Pack the built browser extension: the same files always give the same bytes.

    python -m bench.package_extension web/dist-extension out/sidenote-extension.zip

Prints the extension's id, which follows from the public key in its manifest, and the SHA-256 of the package.
"""

import argparse
import base64
import hashlib
import json
import zipfile
from pathlib import Path

EPOCH = (1980, 1, 1, 0, 0, 0)
LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


def extension_id(manifest: dict[str, str]) -> str:
    """The id that Chrome and Edge derive from the public key: 128 bits of its SHA-256 in the letters a to p."""
    key = base64.b64decode(manifest["key"])
    return hashlib.sha256(key).hexdigest()[:32].translate(LETTERS)


def pack(folder: Path, target: Path) -> None:
    """Zip the files of a folder, in order and without their times."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            package.writestr(zipfile.ZipInfo(str(file.relative_to(folder)), EPOCH), file.read_bytes())


def main() -> None:
    """Pack, and say what came out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("target", type=Path)
    arguments = parser.parse_args()
    manifest = json.loads((arguments.folder / "manifest.json").read_text())
    pack(arguments.folder, arguments.target)
    print(f"{arguments.target}: version {manifest['version']}, id {extension_id(manifest)}")
    print(f"SHA-256 {hashlib.sha256(arguments.target.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    main()
