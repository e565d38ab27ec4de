/** `/calendar.ics`: planned maintenance for people's calendars (RFC 5545). A cancelled one stays, as cancelled. */
import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator';
import type { Snapshot } from '../page.ts';
import { componentTitles, type Lang, words } from './words.ts';

export const renderCalendar = (
  snapshot: Snapshot,
  { site, origin, lang }: { readonly site: string; readonly origin: string; readonly lang: Lang },
): string => {
  const calendar = ical({
    name: `${site} ${words.maintenance[lang]}`,
    prodId: { company: 'Breakwater', product: 'Status page' },
    method: ICalCalendarMethod.PUBLISH,
    url: `${origin}/calendar.ics`,
  });
  for (const item of snapshot.maintenances)
    calendar.createEvent({
      id: `${item.id}@breakwater`,
      sequence: item.sequence,
      stamp: new Date(item.changedAtMs),
      lastModified: new Date(item.changedAtMs),
      start: new Date(item.fromMs),
      end: new Date(item.toMs),
      summary: item.title[lang],
      description: [item.text[lang], ...item.components.map((component) => componentTitles[component][lang])].join(
        '\n',
      ),
      status: item.cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
      url: `${origin}/`,
    });
  return calendar.toString();
};
