create type core.user_role as enum (
  'HMCTS_CASE_OFFICER', 'JUDGE_LEGAL_ADVISER', 'CAFCASS_OFFICER', 'LA_SOCIAL_WORKER', 'VAA_WORKER', 'ADOPTER'
);

comment on type core.user_role is 'The role of a caller. The database role of the same name in lower case has its privileges.';
