// What may be asked for often, and is done at most once a frame.

/** Gives what has an act done with the next frame, however often it is called before. */
export function onceAFrame(act: () => void): () => void {
  let isScheduled = false;
  return () => {
    if (!isScheduled) {
      isScheduled = true;
      requestAnimationFrame(() => {
        isScheduled = false;
        act();
      });
    }
  };
}
