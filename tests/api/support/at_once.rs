//! Several clients, each on a connection of its own.

use std::{sync::Barrier, thread};

/// Does it that many times at the same moment, and collects the results.
pub fn at_once<T: Send>(times: usize, action: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let barrier = Barrier::new(times);
    thread::scope(|scope| {
        let racers: Vec<_> = (0..times)
            .map(|number| {
                let (barrier, action) = (&barrier, &action);
                scope.spawn(move || {
                    barrier.wait();
                    action(number)
                })
            })
            .collect();
        racers.into_iter().map(|racer| racer.join().unwrap()).collect()
    })
}
