\ir ../../fixtures.psql
\ir ../../documents.psql

select act_as('officer');
select is((core.find_document(document('order'))).id, document('order'), 'a document within reach is found');
select throws_ok($$select core.find_document(document('foreign'))$$, 'JCMIS', null, 'a document of another court is not found');
select throws_ok($$select core.find_document(document('begun'))$$, 'JCMIS', null, 'an upload in progress is not found');
select throws_ok($$select core.find_document(document('failed'))$$, 'JCMIS', null, 'a failed upload is not found');
select throws_ok($$select core.find_document(document('removed'))$$, 'JCMIS', null, 'a deleted document is not found');
select throws_ok($$select core.find_document(document('buried'))$$, 'JCMIS', null, 'a document of a deleted case is not found');
select throws_ok($$select core.find_document(id_of('ours'))$$, 'JCMIS', null, 'a case is not a document');
select throws_ok($$select core.find_document(null)$$, 'JCMIS', null, 'no document is found without an id');

select * from finish();
rollback;
