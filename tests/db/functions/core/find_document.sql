\ir ../../fixtures.psql
\ir ../../documents.psql

select act_as('officer');
select is((core.find_document(document('order'))).id, document('order'), 'a document within reach');
select throws_ok($$select core.find_document(document('foreign'))$$, 'JCMIS', null, 'of another court');
select throws_ok($$select core.find_document(document('begun'))$$, 'JCMIS', null, 'still uploading');
select throws_ok($$select core.find_document(document('failed'))$$, 'JCMIS', null, 'an upload that was refused');
select throws_ok($$select core.find_document(document('removed'))$$, 'JCMIS', null, 'deleted');
select throws_ok($$select core.find_document(document('buried'))$$, 'JCMIS', null, 'of a deleted case');
select throws_ok($$select core.find_document(id_of('ours'))$$, 'JCMIS', null, 'a case is none');
select throws_ok($$select core.find_document(null)$$, 'JCMIS', null, 'no id given');

select * from finish();
rollback;
