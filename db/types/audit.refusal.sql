create type audit.refusal as (code text, message text, extra jsonb);

comment on type audit.refusal is 'NOT_FOUND or FORBIDDEN, a sentence for people, and more fields for the answer.';
