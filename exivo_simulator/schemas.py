# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Says what the API accepts, field by field (reference §3, spec `definitions`).

Unknown fields are ignored and wrong types refused, as JSON APIs do (assumption: the
reference does not say). Time stamps come out in the form in which they are answered.
"""

import re
import uuid
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, model_validator

from .clock import from_stamp, normal_stamp

PHONE = re.compile(r"(\+|00)(?:[0-9] ?){6,14}[0-9]")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
CODE = re.compile(r"[0-9]{4,6}")
DIGITS = re.compile(r"[0-9]*")


def _matching(pattern, sentence):
    def check(value):
        if not pattern.fullmatch(value):
            raise ValueError(sentence)
        return value

    return AfterValidator(check)


def _unique(values):
    if len(set(values)) != len(values):
        raise ValueError("must not contain the same value twice")
    return values


Stamp = Annotated[str, AfterValidator(normal_stamp)]
Phone = Annotated[str, _matching(PHONE, "must be a phone number like +41791234567")]
Email = Annotated[str, _matching(EMAIL, "must be an e-mail address")]
Code = Annotated[str, _matching(CODE, "must be 4 to 6 digits")]
Text = Annotated[str, Field(min_length=1)]
Components = Annotated[list[str], Field(min_length=1)]
# Fields with this default may be left out, but not be null.
LEFT_OUT = Field(default=None)


class Nothing(BaseModel):
    """The optional object body of calls such as revoke."""


class UnlockPayload(BaseModel):
    """Body of unlock."""

    delegatedUser: str = LEFT_OUT


class ModePayload(BaseModel):
    """Body of mode."""

    mode: Literal["normal", "closed", "open", "accessControl"]


class WindowPayload(BaseModel):
    """Holds what both kinds of visit have in common."""

    validFrom: Stamp
    validTo: Stamp
    components: Components
    name: str = LEFT_OUT
    message: str = LEFT_OUT

    @model_validator(mode="after")
    def _check_order(self):
        if from_stamp(self.validTo) <= from_stamp(self.validFrom):
            raise ValueError("validTo must be after validFrom")
        return self


class VisitPayload(WindowPayload):
    """Body of POST /visit. E-mail and phone are optional (§8 no. 1)."""

    code: Code
    email: Email = LEFT_OUT
    smsNr: Phone = LEFT_OUT


class MobileApp(BaseModel):
    """The app that takes a digital key."""

    id: Annotated[str, _matching(DIGITS, "must consist of digits")]
    name: str = LEFT_OUT


def _is_uuid4(value):
    try:
        return uuid.UUID(value).version == 4
    except ValueError:
        return False


REGISTRATION = {
    "ma-email": (EMAIL.fullmatch, "must be an e-mail address for ma-email"),
    "ma-phone": (PHONE.fullmatch, "must be a phone number for ma-phone"),
    "ma-custom": (_is_uuid4, "must be a UUID version 4 for ma-custom"),
}


class DigitalKeyVisitPayload(WindowPayload):
    """Body of POST /digitalKeyVisits; flat, as in the schema (§8 no. 6)."""

    formFactor: Literal["ma-email", "ma-phone", "ma-custom"]
    publicRegistrationId: str
    mobileApp: MobileApp
    installNotification: bool
    callbackUri: str = LEFT_OUT

    @model_validator(mode="after")
    def _check_registration(self):
        accepts, sentence = REGISTRATION[self.formFactor]
        if not accepts(self.publicRegistrationId):
            raise ValueError(f"publicRegistrationId {sentence}")
        return self


class PersonChange(BaseModel):
    """Body of an update: only what is submitted changes, null clears."""

    firstName: Text = LEFT_OUT
    lastName: Text = LEFT_OUT
    # The spec contradicts itself (§8 no. 4): both words are taken.
    gender: Literal["male", "female", "notspecified", "unspecified"] = LEFT_OUT
    email: Email | None = None
    phoneNumber: Phone | None = None
    language: Literal[
        "da", "de", "en", "es", "fi", "fo", "fr", "it", "nb", "nl", "sv"
    ] = LEFT_OUT
    info: str = LEFT_OUT
    entryDate: Stamp | None = None
    exitDate: Stamp | None = None


class PersonPayload(PersonChange):
    """Body of a creation: the names are required."""

    firstName: Text
    lastName: Text


class PinCodePayload(BaseModel):
    """Body of POST /person/{id}/pincode."""

    pinCode: Code


class AccessGroupPayload(BaseModel):
    """Body of creating or renaming an access group."""

    name: Text


Minute = Annotated[int, Field(ge=0, le=1440)]
Day = Literal["0", "1", "2", "3", "4", "5", "6", "a", "b"]


class TimeRange(BaseModel):
    """Minutes after midnight, on these weekdays (0 is Sunday) or special days."""

    start: Minute
    end: Minute
    pinRequired: bool = False
    days: Annotated[list[Day], AfterValidator(_unique)]

    @model_validator(mode="after")
    def _check_order(self):
        if self.end <= self.start:
            raise ValueError("end must be after start")
        return self


class TimeProfilePayload(BaseModel):
    """Body of creating or replacing a time profile: always complete."""

    name: Text
    ranges: Annotated[list[TimeRange], Field(min_length=1)]


class Paging(BaseModel):
    """Query of every list. ``limit`` 0 means no limit (§1, inferred)."""

    skip: int = Field(default=0, ge=0)
    limit: int = Field(default=0, ge=0)
    sort: Text | None = None
    sortDir: Literal["asc", "desc"] = "asc"
