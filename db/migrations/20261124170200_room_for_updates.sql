-- migrate:up

-- Every change of a case makes a new version of its row and of its chain's tip. With room on their pages it stays there,
-- and no index is told. Pages that are full already get room as their rows move.
alter table core.cases set (fillfactor = 90);
alter table audit.chains set (fillfactor = 90);

-- migrate:down

alter table audit.chains reset (fillfactor);
alter table core.cases reset (fillfactor);
