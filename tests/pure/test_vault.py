# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Secrets: sealed with the first key, opened by any, never given up for lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.exivo_access.pure.vault import (
    BadKey,
    Unreadable,
    Vault,
    from_text,
    new_key,
)

OLD, NEW = new_key(), new_key()


@given(st.text(min_size=1))
def test_what_was_sealed_is_opened_and_does_not_show(text):
    vault = Vault([NEW])
    sealed = vault.seal(text)
    assert sealed.startswith(vault.mark)
    assert vault.open(sealed) == text
    assert len(text) < 4 or text not in sealed


def test_the_same_text_looks_different_each_time():
    vault = Vault([NEW])
    assert vault.seal("482915") != vault.seal("482915")


@pytest.mark.parametrize("nothing", ["", None, False])
def test_nothing_stays_nothing(nothing):
    vault = Vault([NEW])
    assert vault.seal(nothing) == vault.open(nothing) == nothing


def test_without_a_key_texts_stay_readable():
    assert Vault().seal("482915") == "482915"
    assert Vault().mark == ""


def test_readable_texts_from_before_the_key_are_still_read():
    assert Vault([NEW]).open("482915") == "482915"


def test_the_first_key_seals_and_all_open():
    old = Vault([OLD]).seal("482915")
    both = Vault([NEW, OLD])
    assert both.open(old) == "482915"
    assert not old.startswith(both.mark)
    assert Vault([NEW]).open(both.seal("482915")) == "482915"


def test_a_missing_key_is_said():
    sealed = Vault([OLD]).seal("482915")
    for vault in (Vault(), Vault([NEW])):
        with pytest.raises(Unreadable, match="missing"):
            vault.open(sealed)


def test_a_damaged_form_is_said():
    vault = Vault([NEW])
    sealed = vault.seal("482915")
    for damaged in (sealed[:-9] + "A" * 9, sealed[:40], vault.mark, vault.mark + "é"):
        with pytest.raises(Unreadable, match="damaged"):
            vault.open(damaged)


@pytest.mark.parametrize(
    "key",
    ["secret", "é", NEW[:-4], NEW + "AAAA", "-" * 44],
    ids=["short", "not ascii", "cut off", "too long", "no data"],
)
def test_what_is_no_key_is_refused_and_not_quoted(key):
    with pytest.raises(BadKey) as error:
        Vault([NEW, key])
    assert key not in str(error.value)


def test_keys_come_from_a_text_with_commas():
    sealed = Vault([OLD]).seal("482915")
    assert from_text(f" {NEW}, {OLD} ,").open(sealed) == "482915"
    assert from_text("").mark == ""


def test_a_digest_needs_the_key():
    digests = {
        vault.digest("482915") for vault in (Vault(), Vault([OLD]), Vault([NEW]))
    }
    assert len(digests) == 3


def test_digests_of_every_key_and_of_none_are_recognised():
    both = Vault([NEW, OLD])
    for vault in (both, Vault([OLD]), Vault()):
        assert vault.digest("482915") in both.digests("482915")
    assert both.digest("730264") not in both.digests("482915")
    assert Vault([OLD]).digest("482915") not in Vault([NEW]).digests("482915")
