// What is done before the page is drawn next.

let waiting: (() => void)[] = [];

/** Does something with the next frame; what is asked for by what a frame does belongs to the same frame. */
export function withFrame(act: () => void): void {
  if (waiting.push(act) === 1) {
    requestAnimationFrame(run);
  }
}

function run(): void {
  try {
    for (let index = 0; index < waiting.length; index++) { // it may grow meanwhile
      waiting[index]!();
    }
  } finally {
    waiting = [];
  }
}

/** Gives what has an act done with the next frame, however often it is called before. */
export function onceAFrame(act: () => void): () => void {
  let isScheduled = false;
  return () => {
    if (!isScheduled) {
      isScheduled = true;
      withFrame(() => {
        isScheduled = false;
        act();
      });
    }
  };
}
