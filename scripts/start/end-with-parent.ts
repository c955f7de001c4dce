/**
 * Preloaded into the processes that `npm start` starts: when it is gone without having stopped them (kill -9), they
 * stop by themselves instead of holding the ports.
 */
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
// The channel is there to break, not to keep a process alive that has nothing more to do.
process.channel?.unref()
