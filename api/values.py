"""The values that request bodies are made of. JSON's types are taken as they are: "90" is no number, 1 no truth."""

import re
from datetime import date, datetime
from typing import Annotated, Final

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, Strict, StringConstraints
from pydantic_core import PydanticCustomError

SAYS: Final = r"[^\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]"
"""Something that isn't blank. Spelled out, since ECMA's, Rust's and Python's expressions differ in what is blank."""

Text = Annotated[str, StringConstraints(max_length=20_000)]
Said = Annotated[str, StringConstraints(min_length=1, max_length=20_000, pattern=SAYS)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=SAYS)]
Texts = Annotated[list[Text], Field(max_length=50)]
Sayings = Annotated[list[Said], Field(max_length=50)]
Int = Annotated[int, Strict()]
Number = Annotated[Int, Field(ge=1, le=10_000)]

_DAY: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME: Final = r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
_YEARS: Final = range(1900, 3000)


def _written_as(pattern: str) -> BeforeValidator:
    """Take texts of one form only: a number, or a text of digits, would pass for seconds since 1970."""
    form = re.compile(pattern)

    def check(value: object) -> object:
        if not isinstance(value, str) or not form.fullmatch(value):
            raise PydanticCustomError("date_form", "not a date or a time as RFC 3339 writes it")
        return value

    return BeforeValidator(check)


def _in_our_time(value: datetime) -> datetime:
    """Keep clear of the calendar's ends, where a time plus an offset or a duration isn't a time any more."""
    if value.year not in _YEARS:
        raise PydanticCustomError("date_out_of_range", "a time that nobody means")
    return value


Day = Annotated[date, _written_as(_DAY)]
Moment = Annotated[AwareDatetime, _written_as(f"{_DAY}[Tt ]{_TIME}"), AfterValidator(_in_our_time)]
