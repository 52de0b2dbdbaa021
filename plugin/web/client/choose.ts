/**
 * On the Restore page: what is ticked is kept at once, a whole folder can be ticked together, and a row of boxes with
 * Shift. The form works without this, with its own buttons.
 */
const choice = document.querySelector<HTMLFormElement>('form[data-restore]');

if (choice !== null) {
  document.documentElement.classList.add('js');
  const form = choice;
  let last: HTMLInputElement | undefined;
  let waiting: Promise<void> = Promise.resolve();

  const boxes = (): HTMLInputElement[] => [...form.querySelectorAll<HTMLInputElement>('input[name=pick]')];
  const parse = async (response: Response): Promise<Document> =>
    new DOMParser().parseFromString(await response.text(), 'text/html');

  /** Takes parts of a page into this one; what has the focus keeps it. */
  const take = (page: Document, parts: readonly string[]): void => {
    for (const part of parts) {
      const mine = document.querySelector(`[data-part=${part}]`);
      const other = page.querySelector(`[data-part=${part}]`);
      if (mine === null || other === null) continue;
      const focused = document.activeElement;
      const found = focused instanceof HTMLInputElement && mine.contains(focused) ? focused.value : undefined;
      mine.replaceWith(document.adoptNode(other));
      if (found !== undefined) document.querySelector<HTMLElement>(`input[value="${CSS.escape(found)}"]`)?.focus();
    }
    prepare();
  };

  const keep = async (): Promise<void> => {
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === 'string') fields.append(name, value);
    fields.set('do', 'save');
    const response = await fetch(form.action, { method: 'POST', body: fields });
    const page = response.ok ? await parse(response) : undefined;
    const fresh = page?.querySelector<HTMLFormElement>('form[data-restore]');
    if (page === undefined || fresh === null || fresh === undefined) return location.reload();
    const path = fresh.getAttribute('action') ?? form.action;
    form.action = path;
    history.replaceState(null, '', path);
    for (const name of ['was', 'draft']) replaceHidden(page, name);
    take(page, ['sum']);
  };

  /** Links in the list lead on with what is chosen now; the boxes themselves stay as they are. */
  const replaceHidden = (page: Document, name: string): void => {
    if (name === 'draft') return takeLinks(page);
    for (const old of form.querySelectorAll(`input[type=hidden][name=${name}]`)) old.remove();
    for (const one of page.querySelectorAll(`form[data-restore] input[type=hidden][name=${name}]`)) {
      form.append(document.adoptNode(one));
    }
  };

  const takeLinks = (page: Document): void => {
    const find = document.querySelector('#find');
    const freshFind = page.querySelector('#find');
    if (find !== null && freshFind !== null) find.replaceWith(document.adoptNode(freshFind));
    const mine = [...document.querySelectorAll<HTMLAnchorElement>('main a[href]')];
    const theirs = [...page.querySelectorAll<HTMLAnchorElement>('main a[href]')];
    if (mine.length !== theirs.length) return;
    for (const [index, link] of mine.entries()) link.href = theirs[index]?.getAttribute('href') ?? link.href;
  };

  const keepSoon = (): void => {
    waiting = waiting.then(keep, keep);
  };

  const prepare = (): void => {
    const all = form.querySelector<HTMLInputElement>('input[data-all]');
    if (all === null) return;
    const own = boxes();
    const ticked = own.filter(({ checked }) => checked).length;
    all.disabled = own.length === 0;
    all.checked = own.length > 0 && ticked === own.length;
    all.indeterminate = ticked > 0 && ticked < own.length;
  };

  form.addEventListener('change', ({ target }) => {
    if (!(target instanceof HTMLInputElement)) return;
    if (target.matches('[data-all]')) for (const box of boxes()) box.checked = target.checked;
    if (target.matches('[data-all], [name=pick], [name=to]')) {
      prepare();
      keepSoon();
    }
  });

  form.addEventListener('click', (event) => {
    const { target } = event;
    if (!(target instanceof HTMLInputElement) || target.name !== 'pick') return;
    const own = boxes();
    if (event.shiftKey && last !== undefined && own.includes(last)) {
      const [from = 0, to = 0] = [own.indexOf(last), own.indexOf(target)].toSorted((one, other) => one - other);
      for (const box of own.slice(from, to + 1)) box.checked = target.checked;
    }
    last = target;
  });

  // What is folded into folders is counted when the page is there already.
  const count = form.querySelector<HTMLAnchorElement>('a[data-count]');
  if (count !== null) {
    const begin = async (): Promise<void> => {
      const response = await fetch(count.href);
      if (!response.ok) return;
      const page = await parse(response);
      await waiting;
      const cells = [...document.querySelectorAll('#files .stt')];
      const fresh = [...page.querySelectorAll('#files .stt')];
      if (cells.length !== fresh.length) return;
      for (const [index, cell] of cells.entries()) cell.replaceChildren(...(fresh[index]?.childNodes ?? []));
      const chips = page.querySelector('[data-part=what] .tools + .chips');
      if (chips !== null) document.querySelector('[data-part=what] .tools + .chips')?.replaceWith(chips);
    };
    void begin();
  }
  prepare();
}
