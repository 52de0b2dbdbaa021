/**
 * The page of a job that runs: asks again every two seconds, sooner when the stream of events says that something is
 * new. Where events do not come through, nothing is missing.
 */
const shown = document.querySelector<HTMLElement>('[data-progress]');

if (shown !== null) {
  const address = shown.dataset['progress'] ?? location.href;
  const spoken = document.querySelector('[data-spoken]');
  let saidPercent = 0;
  let timer = 0;
  let isAsking = false;

  const ask = async (): Promise<void> => {
    if (isAsking) return;
    isAsking = true;
    clearTimeout(timer);
    try {
      const response = await fetch(address);
      const page = new DOMParser().parseFromString(await response.text(), 'text/html');
      const fresh = page.querySelector<HTMLElement>('[data-progress]');
      if (fresh === null && response.ok) return location.replace(address);
      if (fresh !== null) show(fresh);
    } catch {
      // The web app is away for a moment: the next question finds it again.
    } finally {
      isAsking = false;
    }
    timer = window.setTimeout(() => void ask(), document.hidden ? 10_000 : 2000);
  };

  /** Whoever is about to press Stop keeps the button under the finger. */
  const show = (fresh: HTMLElement): void => {
    const now = document.querySelector<HTMLElement>('[data-progress]');
    if (now === null) return;
    const hadFocus = now.contains(document.activeElement);
    now.replaceWith(document.adoptNode(fresh));
    if (hadFocus) fresh.querySelector<HTMLElement>('button')?.focus();
    const percent = Number(fresh.dataset['percent']);
    if (percent < saidPercent + 10 || spoken === null) return;
    saidPercent = percent;
    spoken.textContent = `${percent} %`;
  };

  const listen = (): void => {
    const events = new EventSource(shown.dataset['events'] ?? '');
    const giveUp = window.setTimeout(() => events.close(), 3000);
    events.addEventListener('message', () => {
      clearTimeout(giveUp);
      void ask();
    });
    addEventListener('pagehide', () => events.close());
  };

  if (shown.dataset['events'] !== undefined) listen();
  timer = window.setTimeout(() => void ask(), 1000);
}

// After an action its outcome is what a screen reader shall begin with.
document.querySelector<HTMLElement>('[data-focus]')?.focus({ preventScroll: true });
