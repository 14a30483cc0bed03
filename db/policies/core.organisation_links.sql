-- Links: for everybody who reaches the case, except adopters.

alter table core.organisation_links enable row level security;
alter table core.organisation_links force row level security;

create policy select_own_court on core.organisation_links for select
to hmcts_case_officer
using (court_code = any (array[(select core.claim('court_code'))]));
comment on policy select_own_court on core.organisation_links is
'An officer, of the cases of its own court.';

create policy select_reached on core.organisation_links for select
to casefile_professional
using (exists (select from core.case_reach as r where r.case_id = organisation_links.case_id offset 0));
comment on policy select_reached on core.organisation_links is
'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';

create policy select_to_owner on core.organisation_links for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.organisation_links is 'core.ties and core.gather_participants read them.';

create policy insert_own_court on core.organisation_links for insert
to hmcts_case_officer
with check (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null offset 0));
comment on policy insert_own_court on core.organisation_links is 'An officer links organisations to the cases of its own court.';

create policy update_own_court on core.organisation_links for update
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null offset 0));
comment on policy update_own_court on core.organisation_links is 'An officer unlinks organisations from the cases of its own court.';

revoke all on core.organisation_links from public;
grant select on core.organisation_links to casefile_caller;
grant insert (case_id, organisation_id, organisation_type), update (unlinked_at)
  on core.organisation_links to hmcts_case_officer;
