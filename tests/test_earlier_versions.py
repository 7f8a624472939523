"""Keys, links and encrypted rows of earlier versions stay valid: each derivation is pinned here.

A constant that goes into a key is part of the data. Renaming it would make every stored row and
every link in a sent email unreadable.
"""

import pytest

from supporters.crypto.encryption import Encryptor, keyed_hash
from supporters.crypto.tokens import TokenPurpose, TokenSigner

KEYS = ["a secret key of an earlier version."]
SEALED = (
    b"gAAAAABrB-5dbmVEmYsAFEXdmyUqv_yt5pW_r6fVzHBE2rWvJXpkhXejWDw2MFhNkIDcAM-k3ONy2gC65LaEQROfrVk6"
    b"4KSUVA=="
)
HASH = "79f0515857055657de25cc77e2a3912e4ecef84309ad7d3205a3175a917ad984"
TOKENS = {
    "confirm": "NDI.awfueg.1FH9fkaA9DkA9Q_Q2Kvt5Bd0c6ys2E3MdVLBqQ_O4tk",
    "not-me": "NDI.awfueg.LD48W17MoBqsL8PjF54gPbXjM-6oHpsWVKC3KnOnQGo",
    "manage": "NDI.awfueg.6TpD4eddrsC8xi-kEDU_dpJYRfk1EQ7ZfIw62MeT6Ng",
    "leave": "NDI.awfueg.Kx2Hs7lhxCOUFQabi6-xO7WyXtQ7hobpSAFWtJ6rx0c",
    "why": "NDI.awfueg.MCU-7Z1P5gxa7lLaY8cWzjwJTmMH9VKALrAvkH7joGA",
    "receipt": "NDI.awfueg.gHbEOskykZ6eCaOWW3_W0DhdwNACj0HzyeVW65GSUF8",
    "welcome": "NDI.awfueg.oCoFhzBHjHoTvV0eGX7l2FqBLbcgd5juWJgf0KX_Z6s",
    "invited": "NDI.awfueg.a-hbDBR126sEt2QdhvaBR2eidSG4zsm-RVvSGHVbePs",
    "no-more": "NDI.awfueg.bTt73b3e5-ESeHfuVwK9BtIvs0KPxPH2dNMulxkcdQg",
    "form-opened": "NDI.awfueg.5gO2P_CZkrqwRjwv8q-OvCiJ4y2sEzKiTCEdOg11tMQ",
    "waiting-form": "NDI.av2GwA.Mcv1RS58hktVtsai_Ly8ax92E4RzpP5H_KVVFD-sD4s",
    "event": "NDI.av2GwA.HaZENQGq15Aic10vuPFByVBM0zZfm9x_6vNC0ou-yOo",
    "renew": "NDI.awfueg.22yhHsm8QZewEySVFb2JIu5x1jSx9iK848L_DBOKqo8",
    "my-data": "NDI.awfueg.vENkDAG7wLkd6E77cM4dFAgSnyoCehEvScFA-l7IClY",
    "new-address": "NDI.awfueg.1MyB_kAGvpPFU9j_AflZzygfN_n2rAlUrqqdGBNFTdk",
    "not-my-address": "NDI.awfueg.5IqBiS09JfEnQQo_-L065x47cJdvuqMcuCY7D6NL1Rs",
    "undo": "NDI.awfueg.nFMYqmNN8lakB7l6Y7SxU7jsoiCCGlFIBy_iPr-Jwak",
    "new-password": "NDI.awfueg.S3hjT5hB1d5SRxPyuxwnIRACwSmHQgwCWT13Bs9Wwf8",
    "passkey": "NDI.awgYbw.en_Dt5WIBbWsTL0EeGam1RpHqGDWzTqe_sslCB0boSA",
    "training": "NDI.aw3FzA.FX3Wx-Qfl5ujoVm6SeVv2q9Y-W8wePB7TfDEtzguQs0",
    "writer": "NDI.awfueg.ziDZLFDEWRqU8kPpn6B3d29ys91rWBgwenYHCleadWw",
}


def test_encrypted_rows_of_an_earlier_version_are_decrypted() -> None:
    assert Encryptor(KEYS).decrypt(SEALED) == b"kept"


@pytest.mark.parametrize("purpose", TokenPurpose)
def test_links_of_an_earlier_version_are_read(purpose: TokenPurpose) -> None:
    assert TokenSigner(KEYS).read(purpose, TOKENS[purpose.value]) == 42


def test_keyed_hashes_of_an_earlier_version_are_the_same() -> None:
    assert keyed_hash(b"key", "address", "ada@example.org").hex() == HASH
