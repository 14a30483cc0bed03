//! The Merkle tree of RFC 6962: one digest for any number of lines, and a short proof that a line is one of them.

use sha2::{Digest, Sha256};

pub type Hash = [u8; 32];

/// Keeps leaves and nodes apart.
const LEAF: u8 = 0;
const NODE: u8 = 1;

/// A hash beside the path from a leaf to the root.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Beside {
    Left(Hash),
    Right(Hash),
}

/// The root of leaves that come one by one and are not kept.
#[derive(Default)]
pub struct Tree {
    /// The roots of the full subtrees so far, with the number of their leaves, the largest first.
    subtrees: Vec<(u64, Hash)>,
}

impl Tree {
    pub fn add(&mut self, leaf: Hash) {
        let (mut leaves, mut root) = (1, leaf);
        while let Some((_, left)) = self.subtrees.pop_if(|(before, _)| *before == leaves) {
            (leaves, root) = (leaves * 2, node(&left, &root));
        }
        self.subtrees.push((leaves, root));
    }

    pub fn root(&self) -> Hash {
        let roots = self.subtrees.iter().rev().map(|(_, root)| *root);
        roots.reduce(|right, left| node(&left, &right)).unwrap_or_else(|| Sha256::digest([]).into())
    }
}

pub fn leaf(line: &[u8]) -> Hash {
    Sha256::new().chain_update([LEAF]).chain_update(line).finalize().into()
}

/// The hashes beside the path from a leaf to the root, starting at the leaf. None if there is no such leaf.
pub fn path(leaves: &[Hash], index: usize) -> Option<Vec<Beside>> {
    match leaves {
        [] => None,
        [_] => (index == 0).then(Vec::new),
        _ => {
            let half = leaves.len().next_power_of_two() / 2;
            let (left, right) = leaves.split_at(half);
            let (mut path, beside) = match index.checked_sub(half) {
                None => (path(left, index)?, Beside::Right(root_of(right))),
                Some(index) => (path(right, index)?, Beside::Left(root_of(left))),
            };
            path.push(beside);
            Some(path)
        }
    }
}

fn root_of(leaves: &[Hash]) -> Hash {
    let mut tree = Tree::default();
    for leaf in leaves {
        tree.add(*leaf);
    }
    tree.root()
}

fn node(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([NODE]).chain_update(left).chain_update(right).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hex::hex;

    /// The leaves and roots with which implementations of Certificate Transparency test themselves.
    const LEAVES: [&[u8]; 8] = [
        b"",
        &[0x00],
        &[0x10],
        &[0x20, 0x21],
        &[0x30, 0x31],
        &[0x40, 0x41, 0x42, 0x43],
        &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
        &[0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f],
    ];
    const ROOTS: [&str; 9] = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    #[test]
    fn the_roots_are_those_of_rfc_6962() {
        let mut tree = Tree::default();
        assert_eq!(hex(&tree.root()), ROOTS[0]);
        for (line, root) in LEAVES.iter().zip(&ROOTS[1..]) {
            tree.add(leaf(line));
            assert_eq!(hex(&tree.root()), *root);
        }
    }

    #[test]
    fn a_path_leads_from_each_leaf_to_the_root_and_from_no_other() {
        let leaves: Vec<Hash> = (0u8..70).map(|number| leaf(&[number])).collect();
        for count in 1..leaves.len() {
            let root = root_of(&leaves[..count]);
            for index in 0..count {
                let walk = |from: Hash| {
                    path(&leaves[..count], index).unwrap().into_iter().fold(
                        from,
                        |below, beside| match beside {
                            Beside::Left(left) => node(&left, &below),
                            Beside::Right(right) => node(&below, &right),
                        },
                    )
                };
                assert_eq!(walk(leaves[index]), root, "leaf {index} of {count}");
                assert_ne!(walk(leaves[count]), root, "leaf {index} of {count}");
            }
            assert_eq!(path(&leaves[..count], count), None);
        }
        assert_eq!(path(&[], 0), None);
    }
}
