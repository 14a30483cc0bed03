"""The life of a case, by a client that openapi-python-client generates from the API's document."""

import os
import time
from pathlib import Path
from typing import TypeVar

from casefile_client import AuthenticatedClient, Client
from casefile_client.api.assignments import create_assignment
from casefile_client.api.audit import list_case_audit
from casefile_client.api.cases import change_case_status, create_case, get_case, list_cases, update_case
from casefile_client.api.documents import download_document, upload_document
from casefile_client.api.session import log_in, log_out
from casefile_client.models import (
    AssignmentType,
    AuditAction,
    CaseStatus,
    CaseType,
    CaseWithPreviousStatus,
    ChangeCaseStatus,
    CreateAssignment,
    CreateCase,
    DocumentType,
    Error,
    ErrorReason,
    LogIn,
    UpdateCase,
    UploadDocumentBody,
    Uploaded,
    UserRole,
)
from casefile_client.types import UNSET, File, Response, Unset

URL = os.environ.get("CASEFILE_URL", "http://127.0.0.1:3001")
DOCUMENT = Path(os.environ.get("CASEFILE_DOCUMENT", "scripts/demo-order.pdf"))

T = TypeVar("T")


def sign_in(username: str, role: UserRole) -> AuthenticatedClient:
    """A client with a session. The session is a cookie, and stands where the generated client puts a token."""
    answer = log_in.sync_detailed(client=Client(base_url=URL), body=LogIn(username=username, role=role))
    assert succeeded(answer).user.user_id == username
    cookie, *_ = answer.headers["Set-Cookie"].split(";")
    return AuthenticatedClient(base_url=URL, token=cookie, prefix="", auth_header_name="Cookie")


def succeeded(answer: Response[T | Error]) -> T:
    """The body of an answer that has to be a success."""
    assert answer.parsed is not None and not isinstance(answer.parsed, Error), (answer.status_code, answer.parsed)
    return answer.parsed


def refused(answer: Response[T | Error], status: int, reason: ErrorReason) -> Error:
    """The body of an answer that has to be a refusal, for this reason."""
    assert isinstance(answer.parsed, Error), answer
    assert (answer.status_code, answer.parsed.reason) == (status, reason), answer.parsed
    return answer.parsed


officer = sign_in("olivia.officer", UserRole.HMCTS_CASE_OFFICER)
judge = sign_in("judge.judith", UserRole.JUDGE_LEGAL_ADVISER)
adopter = sign_in("adam.adopter", UserRole.ADOPTER)

# An officer creates it, and assigns a judge and an applicant.
created = create_case.sync_detailed(
    client=officer, body=CreateCase(case_type=CaseType.AGENCY_ADOPTION, notes="Sibling group of two")
)
case = succeeded(created)
assert (created.status_code, case.status) == (201, CaseStatus.APPLICATION)
for user_id, assignment_type in (
    ("judge.judith", AssignmentType.JUDICIAL),
    ("adam.adopter", AssignmentType.APPLICANT),
):
    assignment = CreateAssignment(user_id=user_id, assignment_type=assignment_type)
    succeeded(create_assignment.sync_detailed(case.id, client=officer, body=assignment))

# A change says which version it saw: by its ETag, or by its number.
read = get_case.sync_detailed(case.id, client=officer)
version = succeeded(read).version
assert CaseStatus.DIRECTIONS in succeeded(read).permissions.valid_transitions
etag = read.headers["ETag"]
changed = update_case.sync_detailed(case.id, client=officer, body=UpdateCase(notes="Agreed"), if_match=etag)
assert succeeded(changed).version == version + 1
too_late = UpdateCase(notes="Too late")
refused(update_case.sync_detailed(case.id, client=officer, body=too_late, if_match=etag), 412, ErrorReason.STALE_VERSION)
too_late.version = version
stale = update_case.sync_detailed(case.id, client=officer, body=too_late)
assert refused(stale, 409, ErrorReason.STALE_VERSION).current_version == version + 1


# The officer moves it on, but only a judge grants the order.
def move(who: AuthenticatedClient, status: CaseStatus) -> Response[CaseWithPreviousStatus | Error]:
    return change_case_status.sync_detailed(case.id, client=who, body=ChangeCaseStatus(status=status))


refused(move(officer, CaseStatus.FINAL_HEARING), 400, ErrorReason.INVALID_TRANSITION)
for status in (CaseStatus.DIRECTIONS, CaseStatus.CONSENT_AND_REPORTING, CaseStatus.FINAL_HEARING):
    assert succeeded(move(officer, status)).status is status
refused(move(officer, CaseStatus.ORDER_GRANTED), 403, ErrorReason.TRANSITION_NOT_PERMITTED)
assert succeeded(move(judge, CaseStatus.ORDER_GRANTED)).previous_status is CaseStatus.FINAL_HEARING


# The order is uploaded, scanned, and comes back as it was.
def upload() -> Response[Uploaded | Error]:
    with DOCUMENT.open("rb") as payload:
        body = UploadDocumentBody(file=File(payload, "Order.pdf"), document_type=DocumentType.COURT_ORDER)
        return upload_document.sync_detailed(case.id, client=officer, body=body)


document_id = succeeded(upload()).document_id
assert refused(upload(), 400, ErrorReason.DUPLICATE_DOCUMENT).existing_document_id == document_id
for _ in range(300):
    downloaded = download_document.sync_detailed(document_id, client=officer)
    if not isinstance(downloaded.parsed, Error):
        break
    refused(downloaded, 409, ErrorReason.NOT_SCANNED)
    time.sleep(0.1)
assert succeeded(downloaded).payload.read() == DOCUMENT.read_bytes()
assert downloaded.headers["Content-Type"] == "application/pdf"

# A list has pages; each says where the next one begins.
seen = []
cursor: str | Unset = UNSET
while True:
    page = succeeded(list_cases.sync_detailed(client=officer, page_size=2, cursor=cursor))
    seen += [one.id for one in page.cases]
    cursor = page.pagination.next_cursor
    if isinstance(cursor, Unset):
        break
assert seen[0] == case.id
assert len(seen) > 2 and len(set(seen)) == len(seen)

# All that people did is in the audit trail, beside what the worker did with the document. The newest comes first.
entries = [
    entry
    for entry in succeeded(list_case_audit.sync_detailed(case.id, client=judge)).entries
    if entry.action is not AuditAction.DOCUMENT_STATUS
]
assert [entry.action for entry in entries[:2]] == [AuditAction.DOCUMENT_DOWNLOAD, AuditAction.DOCUMENT_UPLOAD]
assert (entries[2].action, entries[2].actor) == (AuditAction.STATUS_CHANGE, "judge.judith")
assert entries[-1].action is AuditAction.CREATE

# The applicant sees less of it, and not that document.
seen_by_adopter = succeeded(get_case.sync_detailed(case.id, client=adopter))
assert (seen_by_adopter.redacted, seen_by_adopter.status) == (True, CaseStatus.ORDER_GRANTED)
assert isinstance(seen_by_adopter.notes, Unset)
assert all(isinstance(change.by, Unset) for change in seen_by_adopter.history)
refused(download_document.sync_detailed(document_id, client=adopter), 403, ErrorReason.NOT_YOUR_CASE)

# Signed out, nobody reads on.
for client in (officer, judge, adopter):
    succeeded(log_out.sync_detailed(client=client))
    refused(get_case.sync_detailed(case.id, client=client), 401, ErrorReason.NO_SESSION)
