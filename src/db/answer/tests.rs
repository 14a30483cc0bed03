use std::fmt::Debug;

use postgres_types::{Field, Kind, Type};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{Answer, decode, fits, sample::scalar};
use crate::values::{Success, Timestamp};

#[derive(Debug, Deserialize)]
struct Parcel {
    id: Uuid,
    sender: Person,
    items: Vec<Item>,
    labels: Option<Vec<String>>,
    note: Option<String>,
    sent_at: Option<Timestamp>,
    extra: serde_json::Value,
    #[serde(rename(deserialize = "weight_in_grams"))]
    weight: i64,
}

#[derive(Debug, Deserialize)]
struct Person {
    name: String,
    known: bool,
}

#[derive(Debug, Deserialize)]
struct Item {
    count: i32,
    price: f64,
}

fn composite(attributes: &[(&str, Type)]) -> Type {
    let fields = attributes.iter().map(|(name, sql_type)| Field::new((*name).to_owned(), sql_type.clone()));
    Type::new("made_up".to_owned(), 99_999, Kind::Composite(fields.collect()), "api".to_owned())
}

fn parcel_attributes() -> Vec<(&'static str, Type)> {
    let item = composite(&[("count", Type::INT4), ("price", Type::FLOAT8)]);
    let items = Type::new("_item".to_owned(), 99_998, Kind::Array(item), "api".to_owned());
    vec![
        ("id", Type::UUID),
        ("sender", composite(&[("name", Type::TEXT), ("known", Type::BOOL)])),
        ("items", items),
        ("labels", Type::TEXT_ARRAY),
        ("note", Type::VARCHAR),
        ("sent_at", Type::TIMESTAMPTZ),
        ("extra", Type::JSONB),
        ("weight_in_grams", Type::INT8),
    ]
}

fn parcel() -> Type {
    composite(&parcel_attributes())
}

/// Without the attribute of that name.
fn parcel_without(lost: &str) -> Type {
    let attributes = parcel_attributes().into_iter().filter(|(name, _)| *name != lost);
    composite(&attributes.collect::<Vec<_>>())
}

/// With one more attribute at the end, to know and to have.
fn larger_parcel() -> Type {
    let mut attributes = parcel_attributes();
    attributes.push(("something", Type::TEXT));
    composite(&attributes)
}

/// A value of that type as PostgreSQL would send it.
fn sample_of(sql_type: &Type) -> Vec<u8> {
    match sql_type.kind() {
        Kind::Composite(attributes) => {
            let mut bytes = u32::try_from(attributes.len()).unwrap().to_be_bytes().to_vec();
            for attribute in attributes {
                bytes.extend(attribute.type_().oid().to_be_bytes());
                bytes.extend(with_length(attribute.type_()));
            }
            bytes
        }
        Kind::Array(element) => {
            let (one, has_nulls) = (1_u32.to_be_bytes(), [0; 4]);
            [one, has_nulls, element.oid().to_be_bytes(), one, one]
                .concat()
                .into_iter()
                .chain(with_length(element))
                .collect()
        }
        _ => scalar(sql_type).to_vec(),
    }
}

fn with_length(sql_type: &Type) -> Vec<u8> {
    let bytes = sample_of(sql_type);
    [&u32::try_from(bytes.len()).unwrap().to_be_bytes()[..], &bytes].concat()
}

#[track_caller]
fn assert_is_sample(parcel: &Parcel) {
    let Parcel { id, sender, items, labels, note, sent_at, extra, weight } = parcel;
    assert_eq!((*id, *weight), (Uuid::max(), i64::MAX));
    assert_eq!((sender.name.as_str(), sender.known), ("", true));
    assert_eq!((items.len(), items[0].count), (1, i32::MAX));
    assert!((items[0].price - 0.5).abs() < f64::EPSILON);
    assert_eq!((labels.as_deref(), note.as_deref()), (Some(&[String::new()][..]), Some("")));
    assert_eq!(serde_json::to_value(sent_at).unwrap(), json!("2000-01-01T00:00:00.000Z"));
    assert_eq!(*extra, serde_json::Value::Null);
}

#[track_caller]
fn refused<T: Answer + Debug>(sql_type: &Type, bytes: Option<&[u8]>) -> String {
    decode::<T>(sql_type, bytes).unwrap_err().to_string()
}

#[test]
fn composites_are_read_by_name_and_deep() {
    assert_is_sample(&decode(&parcel(), Some(&sample_of(&parcel()))).unwrap());
    let mut turned = parcel_attributes();
    turned.reverse();
    let turned = composite(&turned);
    assert_is_sample(&decode(&turned, Some(&sample_of(&turned))).unwrap());
}

#[test]
fn attributes_that_this_server_does_not_know_are_ignored() {
    // Whether or not the driver knows of them already.
    for described in [parcel(), larger_parcel()] {
        assert_is_sample(&decode(&described, Some(&sample_of(&larger_parcel()))).unwrap());
    }
    // The driver still knows of one that is gone again.
    assert_is_sample(&decode(&larger_parcel(), Some(&sample_of(&parcel()))).unwrap());
    fits::<Parcel>(&larger_parcel()).unwrap();
}

#[test]
fn attributes_that_are_missing_are_noticed_before_the_call_and_after_it() {
    for (lost, _) in parcel_attributes() {
        let lesser = parcel_without(lost);
        let expected = format!("{lost}: the type has no such attribute");
        assert_eq!(fits::<Parcel>(&lesser).unwrap_err().to_string(), expected);
        assert_eq!(refused::<Parcel>(&lesser, Some(&sample_of(&lesser))), expected);
        // Its neighbours must not be taken for it.
        refused::<Parcel>(&parcel(), Some(&sample_of(&lesser)));
    }
    let without_last = sample_of(&parcel_without("weight_in_grams"));
    assert_eq!(
        refused::<Parcel>(&parcel(), Some(&without_last)),
        "weight_in_grams: the type has no such attribute"
    );
}

#[test]
fn values_of_another_kind_are_noticed_before_the_call() {
    let types = [
        Type::BOOL,
        Type::INT2,
        Type::INT4,
        Type::INT8,
        Type::FLOAT8,
        Type::TEXT,
        Type::UUID,
        Type::BYTEA,
        Type::TIMESTAMPTZ,
        Type::TEXT_ARRAY,
        Type::UUID_ARRAY,
        Type::VOID,
        Type::NUMERIC,
        Type::DATE,
        parcel(),
    ];
    let fitting = |fits: fn(&Type) -> bool| -> Vec<String> {
        types.iter().filter(|sql_type| fits(sql_type)).map(ToString::to_string).collect()
    };
    assert_eq!(fitting(|ty| fits::<bool>(ty).is_ok()), ["bool"]);
    assert_eq!(fitting(|ty| fits::<i32>(ty).is_ok()), ["int2", "int4"]);
    assert_eq!(fitting(|ty| fits::<i64>(ty).is_ok()), ["int2", "int4", "int8"]);
    assert_eq!(fitting(|ty| fits::<String>(ty).is_ok()), ["text"]);
    assert_eq!(fitting(|ty| fits::<Option<String>>(ty).is_ok()), ["text"]);
    assert_eq!(fitting(|ty| fits::<Uuid>(ty).is_ok()), ["uuid"]);
    assert_eq!(fitting(|ty| fits::<Timestamp>(ty).is_ok()), ["timestamptz"]);
    assert_eq!(fitting(|ty| fits::<Vec<String>>(ty).is_ok()), ["_text"]);
    assert_eq!(fitting(|ty| fits::<Vec<Uuid>>(ty).is_ok()), ["_uuid"]);
    assert_eq!(fitting(|ty| fits::<Success>(ty).is_ok()), ["void"]);
    assert_eq!(fitting(|ty| fits::<Parcel>(ty).is_ok()), ["api.made_up"]);

    let mut attributes = parcel_attributes();
    attributes[1] = ("sender", composite(&[("name", Type::UUID), ("known", Type::BOOL)]));
    let error = fits::<Parcel>(&composite(&attributes)).unwrap_err();
    assert_eq!(error.to_string(), "sender.name: a string is expected");
}

#[test]
fn null_is_read_as_none_and_nothing_else_is() {
    assert_eq!(decode::<Option<String>>(&Type::TEXT, None).unwrap(), None);
    assert!(decode::<Option<Parcel>>(&parcel(), None).unwrap().is_none());
    assert_eq!(refused::<String>(&Type::TEXT, None), "null, where a string is expected");
    refused::<Parcel>(&parcel(), None);
    refused::<Vec<String>>(&Type::TEXT_ARRAY, None);
}

#[test]
fn nothing_is_success() {
    for (sql_type, bytes) in [
        (Type::VOID, Some(&b""[..])),
        (Type::VOID, None),
        (Type::JSONB, None),
        (Type::JSONB, Some(b"\x01null")),
        (Type::JSONB, Some(b"\x01\"\"")),
    ] {
        assert!(decode::<Success>(&sql_type, bytes).unwrap().success);
    }
}

#[test]
fn an_answer_may_come_as_one_jsonb() {
    let text = json!({
        "id": Uuid::max(),
        "sender": { "name": "", "known": true, "something": 1 },
        "items": [{ "count": i32::MAX, "price": 0.5 }],
        "labels": [""],
        "note": "",
        "sent_at": "2000-01-01T01:00:00.000000+01:00",
        "extra": null,
        "weight_in_grams": i64::MAX,
        "something": "new",
    });
    let bytes = format!("\x01{text}").into_bytes();
    assert_is_sample(&decode(&Type::JSONB, Some(&bytes)).unwrap());
    fits::<Parcel>(&Type::JSONB).unwrap();
    refused::<Parcel>(&Type::JSONB, Some(b"\x01null"));
}

#[test]
fn an_error_tells_nothing_of_what_is_there() {
    let attributes = composite(&[("count", Type::TEXT), ("price", Type::FLOAT8)]);
    let mut bytes = sample_of(&attributes);
    // The length of the first attribute, and its text.
    bytes[8..12].copy_from_slice(&[0, 0, 0, 6]);
    bytes.splice(12..12, *b"secret");
    assert_eq!(refused::<Item>(&attributes, Some(&bytes)), "count: i32 is expected");
    let json = refused::<Item>(&Type::JSONB, Some(b"\x01{\"count\": \"secret\"}"));
    assert_eq!(json, "not the JSON that is expected, at character 18");
}

#[test]
fn malformed_bytes_are_refused() {
    let whole = sample_of(&larger_parcel());
    for length in 0..whole.len() {
        refused::<Parcel>(&parcel(), Some(&whole[..length]));
    }
    let longer = [&whole[..], &[0]].concat();
    assert_eq!(refused::<Parcel>(&parcel(), Some(&longer)), "bytes without a meaning");
}

/// With any bytes, it neither panics nor takes all memory.
#[test]
fn random_bytes_do_no_harm() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_be_bytes()
    };
    let whole = sample_of(&parcel());
    for round in 0..20_000 {
        let mut bytes = whole.clone();
        for _ in 0..=round % 4 {
            let [place, also_place, byte, ..] = random();
            let place = usize::from(u16::from_be_bytes([place, also_place])) % bytes.len();
            bytes[place] = byte;
        }
        let _ = decode::<Parcel>(&parcel(), Some(&bytes));
        let noise: Vec<u8> = (0..round % 32).flat_map(|_| random()).collect();
        let _ = decode::<Parcel>(&parcel(), Some(&noise));
    }
}
