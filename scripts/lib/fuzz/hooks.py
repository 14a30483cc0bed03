"""What the document has no way to say, and so what Schemathesis shall not send as if it were well-formed."""

from uuid import UUID

import schemathesis
from schemathesis import GenerationMode


@schemathesis.hook
def filter_case(context: schemathesis.HookContext, case: schemathesis.Case) -> bool:
    headers = case.headers or {}
    if case.meta is None or case.meta.generation.mode is GenerationMode.NEGATIVE:
        # A session has its role, so nobody looks at the header that names a program's.
        return is_uuid(headers.get("Casefile-Membership", str(UUID(int=0))))
    # Two versions that differ are refused.
    states_two_versions = "If-Match" in headers and isinstance(case.body, dict) and "version" in case.body
    # A cursor is what the same list gave, in the same order.
    invents_cursor = "cursor" in (case.query or {})
    return not states_two_versions and not invents_cursor


def is_uuid(text: object) -> bool:
    try:
        UUID(str(text))
    except ValueError:
        return False
    return True
