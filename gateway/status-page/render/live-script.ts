/**
 * The page's one script: when something changed, fetches the page as it is now and shows its main part
 * and its footer. It keeps the reader where they are, and tells screen readers through the live region.
 */
export const liveScript = `(() => {
  if (!('EventSource' in window)) return;
  const take = async () => {
    const reply = await fetch(location.href, { headers: { accept: 'text/html' } });
    if (!reply.ok) return;
    const next = new DOMParser().parseFromString(await reply.text(), 'text/html');
    for (const part of ['main', 'footer']) {
      const [shown, fresh] = [document.querySelector(part), next.querySelector(part)];
      if (shown && fresh && shown.innerHTML !== fresh.innerHTML) shown.replaceChildren(...fresh.childNodes);
    }
    document.title = next.title;
    const icon = document.querySelector('link[rel=icon]');
    const freshIcon = next.querySelector('link[rel=icon]');
    if (icon && freshIcon) icon.href = freshIcon.href;
  };
  let waiting = null;
  // Everybody hears at the same moment; not everybody must ask at the same moment.
  const soon = () => {
    waiting ??= setTimeout(() => { waiting = null; take().catch(() => {}); }, Math.random() * 1000);
  };
  new EventSource('/live').addEventListener('changed', soon);
})();
`;
