"""The bill of materials names everything that is installed."""

import pytest

from app import sbom

pytestmark = pytest.mark.unit


def test_it_names_what_is_installed_and_what_the_page_is_made_of() -> None:
    bill = sbom.sbom()
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    by_name = {component["name"]: component for component in bill["components"]}
    for name in ("cryptography", "sqlcipher3", "fastapi", "torch", "preact"):
        assert by_name[name]["version"] in by_name[name]["purl"]
    assert by_name["preact"]["scope"] == "required"
    assert by_name["typescript"]["scope"] == "excluded"
    assert "sidenote" not in by_name
    refs = [component["bom-ref"] for component in bill["components"]]
    assert len(refs) == len(set(refs)) > 100


def test_hashes_of_the_lock_file() -> None:
    one, two = "a" * 64, "b" * 64
    lock = f"Foo_Bar==1.0 \\\n    --hash=sha256:{one} \\\n    --hash=sha256:{two}\nbaz==2 \\\n    --hash=sha256:{two}\n"
    assert sbom.locked_hashes(lock) == {("foo-bar", "1.0"): (one, two), ("baz", "2"): (two,)}
