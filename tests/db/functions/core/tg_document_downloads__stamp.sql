\ir ../../fixtures.psql
\ir ../../documents.psql

select act_as('judge');
select api.download_document(document('clean'));
select act_as_dba();
select results_eq(
  $$select w.document_id, w.downloaded_by, w.downloaded_at > now() and w.downloaded_at <= clock_timestamp() from core.document_downloads as w$$,
  $$select document('clean'), 'judge.one', true$$, 'a download is recorded with its user and time'
);

insert into core.document_downloads (document_id, downloaded_by, downloaded_at) values (document('clean'), 'x', '2000-01-01');
set local session_replication_role = replica;
insert into core.document_downloads (document_id, downloaded_by, downloaded_at) values (document('clean'), 'x', '2000-01-01');
select is(
  array(select w.downloaded_by from core.document_downloads as w where w.downloaded_at > now() order by w.id), array['judge.one', session_user, session_user]::text[],
  'stated users and times are ignored, even with session_replication_role = replica'
);

select * from finish();
rollback;
