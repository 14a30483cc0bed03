//! A `Deserializer` of PostgreSQL's binary format. The type tells what is there; of a visitor's wishes, only a struct's
//! fields matter.

use std::slice;

use postgres_types::{Field, Kind, Type};
use serde::{
    Deserializer,
    de::{DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor, value::I64Deserializer},
    forward_to_deserialize_any,
};

use super::{error::Error, sample};

pub struct Value<'a> {
    pub sql_type: &'a Type,
    pub content: Content<'a>,
}

pub enum Content<'a> {
    Null,
    Bytes(&'a [u8]),
    /// A sample value of the type, to test its readers.
    Sample,
}

impl<'de> Deserializer<'de> for Value<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_struct("", &[], visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        wanted: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let Self { sql_type, content } = self;
        let bytes = match content {
            Content::Null => return visitor.visit_unit(),
            Content::Bytes(bytes) => Some(bytes),
            Content::Sample => None,
        };
        match sql_type.kind() {
            Kind::Composite(attributes) => {
                visitor.visit_map(Composite::new(attributes, wanted, bytes.map(Reader))?)
            }
            Kind::Array(element) => visitor.visit_seq(Array::new(element, bytes.map(Reader))?),
            _ => scalar(sql_type, bytes.unwrap_or_else(|| sample::scalar(sql_type)), visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.content {
            Content::Null => visitor.visit_none(),
            Content::Bytes(_) | Content::Sample => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq
        tuple tuple_struct map enum identifier
    }
}

fn scalar<'de, V: Visitor<'de>>(sql_type: &Type, bytes: &'de [u8], visitor: V) -> Result<V::Value, Error> {
    match *sql_type {
        Type::BOOL => visitor.visit_bool(u8::from_be_bytes(exactly(bytes)?) != 0),
        Type::INT2 => visitor.visit_i16(i16::from_be_bytes(exactly(bytes)?)),
        Type::INT4 => visitor.visit_i32(i32::from_be_bytes(exactly(bytes)?)),
        Type::INT8 => visitor.visit_i64(i64::from_be_bytes(exactly(bytes)?)),
        Type::FLOAT8 => visitor.visit_f64(f64::from_be_bytes(exactly(bytes)?)),
        Type::TEXT | Type::VARCHAR | Type::NAME => match str::from_utf8(bytes) {
            Ok(text) => visitor.visit_borrowed_str(text),
            Err(_) => Err(Error::new("no UTF-8")),
        },
        Type::UUID | Type::BYTEA => visitor.visit_borrowed_bytes(bytes),
        // Microseconds since 2000, wrapped so that no number passes for a moment.
        Type::TIMESTAMPTZ => {
            let microseconds: I64Deserializer<Error> =
                i64::from_be_bytes(exactly(bytes)?).into_deserializer();
            visitor.visit_newtype_struct(microseconds)
        }
        Type::JSON | Type::JSONB => {
            let mut json = serde_json::Deserializer::from_slice(json_text(sql_type, bytes)?);
            let value = json.deserialize_any(visitor);
            value.and_then(|value| json.end().map(|()| value)).map_err(|error| Error::from(&error))
        }
        Type::VOID => visitor.visit_unit(),
        _ => Err(Error::new(format!("this server does not read the type {sql_type}"))),
    }
}

/// jsonb has a version in front.
pub fn json_text<'a>(sql_type: &Type, bytes: &'a [u8]) -> Result<&'a [u8], Error> {
    match *sql_type {
        Type::JSONB => bytes.strip_prefix(&[1]).ok_or_else(|| Error::new("jsonb of another version")),
        _ => Ok(bytes),
    }
}

/// Attributes, each with its type and length in front.
struct Composite<'a> {
    attributes: slice::Iter<'a, Field>,
    /// The attribute whose name has been read, and whose value is next.
    attribute: Option<&'a Field>,
    unknown: usize,
    /// None in a sample.
    rest: Option<Reader<'a>>,
}

impl<'a> Composite<'a> {
    fn new(attributes: &'a [Field], wanted: &[&str], mut rest: Option<Reader<'a>>) -> Result<Self, Error> {
        let count = rest.as_mut().map_or(Ok(attributes.len()), Reader::count)?;
        // The driver asked for the type's description once: by now, the type may have one more or one less.
        let attributes = attributes.get(..count).unwrap_or(attributes);
        for (place, name) in wanted.iter().enumerate() {
            let is_it = |attribute: &Field| attribute.name() == *name;
            if !attributes.get(place).is_some_and(is_it) && !attributes.iter().any(is_it) {
                return Err(Error::new("the type has no such attribute").within(name));
            }
        }
        Ok(Self { attributes: attributes.iter(), attribute: None, unknown: count - attributes.len(), rest })
    }
}

impl<'de> MapAccess<'de> for Composite<'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        self.attribute = self.attributes.next();
        if let Some(attribute) = self.attribute {
            return seed.deserialize(attribute.name().into_deserializer()).map(Some);
        }
        let Some(rest) = &mut self.rest else { return Ok(None) };
        for _ in 0..self.unknown {
            rest.number()?;
            rest.value()?;
        }
        rest.end().map(|()| None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let attribute = self.attribute.take().ok_or_else(|| Error::new("a value without a name"))?;
        let sql_type = attribute.type_();
        let content = match &mut self.rest {
            Some(rest) => rest.expect_type(sql_type).and_then(|()| rest.value()),
            None => Ok(Content::Sample),
        };
        content
            .and_then(|content| seed.deserialize(Value { sql_type, content }))
            .map_err(|error| error.within(attribute.name()))
    }
}

/// Elements of one type, each with its length in front.
struct Array<'a> {
    element: &'a Type,
    count: usize,
    /// None in a sample, which has one element.
    rest: Option<Reader<'a>>,
}

impl<'a> Array<'a> {
    fn new(element: &'a Type, rest: Option<Reader<'a>>) -> Result<Self, Error> {
        let Some(mut rest) = rest else { return Ok(Self { element, count: 1, rest: None }) };
        let dimensions = rest.count()?;
        let _has_nulls = rest.number()?;
        rest.expect_type(element)?;
        let count = match dimensions {
            0 => 0,
            1 => {
                let count = rest.count()?;
                let _from = rest.number()?;
                count
            }
            _ => return Err(Error::new("an array of several dimensions")),
        };
        Ok(Self { element, count, rest: Some(rest) })
    }
}

impl<'de> SeqAccess<'de> for Array<'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        if self.count == 0 {
            return self.rest.as_ref().map_or(Ok(()), Reader::end).map(|()| None);
        }
        self.count -= 1;
        let content = self.rest.as_mut().map_or(Ok(Content::Sample), Reader::value)?;
        seed.deserialize(Value { sql_type: self.element, content }).map(Some)
    }

    /// No more than there are bytes for, whatever the array says of itself.
    fn size_hint(&self) -> Option<usize> {
        let rest = self.rest.as_ref()?;
        Some(self.count.min(rest.0.len() / size_of::<i32>()))
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn number(&mut self) -> Result<i32, Error> {
        let (number, rest) = self.0.split_first_chunk().ok_or_else(cut_off)?;
        self.0 = rest;
        Ok(i32::from_be_bytes(*number))
    }

    fn count(&mut self) -> Result<usize, Error> {
        usize::try_from(self.number()?).map_err(|_| Error::new("a negative count"))
    }

    fn expect_type(&mut self, sql_type: &Type) -> Result<(), Error> {
        if self.number()?.cast_unsigned() == sql_type.oid() {
            return Ok(());
        }
        Err(Error::new(format!("no {sql_type} any more")))
    }

    fn value(&mut self) -> Result<Content<'a>, Error> {
        let length = self.number()?;
        if length == -1 {
            return Ok(Content::Null);
        }
        let length = usize::try_from(length).map_err(|_| Error::new("a negative length"))?;
        let (value, rest) = self.0.split_at_checked(length).ok_or_else(cut_off)?;
        self.0 = rest;
        Ok(Content::Bytes(value))
    }

    fn end(&self) -> Result<(), Error> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::new("bytes without a meaning")) }
    }
}

fn exactly<const SIZE: usize>(bytes: &[u8]) -> Result<[u8; SIZE], Error> {
    bytes.try_into().map_err(|_| Error::new("a value of another size"))
}

fn cut_off() -> Error {
    Error::new("cut off")
}
