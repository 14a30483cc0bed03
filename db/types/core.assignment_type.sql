create type core.assignment_type as enum ('JUDICIAL', 'CAFCASS', 'SOCIAL_WORKER', 'APPLICANT');
