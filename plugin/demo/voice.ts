/** What people around one account write to each other, in their language. */
export interface Voice {
  /** Name and address of people who write. */
  readonly people: readonly (readonly [name: string, address: string])[];
  readonly subjects: readonly string[];
  readonly greeting: string;
  readonly sentences: readonly string[];
  readonly farewell: string;
  /** Names that pictures are given. */
  readonly pictures: readonly string[];
  /** Names of pages and posts, as in addresses. */
  readonly pages: readonly string[];
  /** What the business writes for its customers: folder below the uploads and beginning of the name. */
  readonly papers: { readonly folder: string; readonly name: string; readonly title: string };
  /** Labels of backups made by hand. */
  readonly labels: { readonly release: string; readonly update: string };
}

export const greek: Voice = {
  people: [
    ['Γιώργος Παπαδόπουλος', 'g.papadopoulos@example.gr'],
    ['Ελένη Νικολάου', 'eleni.nikolaou@example.gr'],
    ['Κώστας Βλάχος', 'kostas@example.gr'],
    ['Δήμητρα Αλεξίου', 'd.alexiou@example.com'],
    ['Νίκος Καραμάνος', 'nikos.karamanos@example.gr'],
    ['Σοφία Μαυρίδη', 'sofia@example.gr'],
    ['Ελαιοτριβείο Λέσβου', 'paraggelies@example.gr'],
  ],
  subjects: [
    'Κράτηση για το Σάββατο το βράδυ',
    'Η παραγγελία σας από το e-shop',
    'Τιμολόγιο Νοεμβρίου',
    'Πότε θα έρθει το λάδι;',
    'Ευχαριστούμε για την υπέροχη βραδιά!',
    'Ερώτηση για αλλεργιογόνα',
    'Τραπέζι για 12 άτομα',
    'Αλλαγή διεύθυνσης αποστολής',
    'Νέος κατάλογος κρασιών',
    'Προσφορά για τη βάφτιση',
    'Λάθος στο τιμολόγιο',
    'Φωτογραφίες από τη γιορτή',
  ],
  greeting: 'Καλησπέρα σας,',
  sentences: [
    'θα θέλαμε ένα τραπέζι δίπλα στη θάλασσα, αν γίνεται.',
    'η παραγγελία έφτασε σήμερα και όλα ήταν σε άριστη κατάσταση.',
    'μήπως μπορείτε να μας στείλετε ξανά το τιμολόγιο;',
    'το ελαιόλαδο τελείωσε, χρειαζόμαστε άλλα τέσσερα δοχεία.',
    'θα είμαστε έξι μεγάλοι και τρία παιδιά.',
    'σας στέλνω τις φωτογραφίες που σας υποσχέθηκα.',
    'η πληρωμή έγινε με κάρτα πριν από δύο ημέρες.',
    'τα γεμιστά της γιαγιάς ήταν τα καλύτερα που έχουμε φάει.',
  ],
  farewell: 'Με εκτίμηση,',
  pictures: [
    'χταπόδι-σχάρας',
    'γεμιστά',
    'αυλή-βράδυ',
    'ελαιόλαδο-5l',
    'μουσακάς',
    'θέα-λιμάνι',
    'κρασί-λήμνου',
    'μέλι-θυμάρι',
  ],
  pages: ['menu', 'kratiseis', 'e-shop', 'istoria', 'epikoinonia', 'elaiolado', 'meli', 'krasia'],
  papers: { folder: 'orders', name: 'timologio', title: 'Invoice' },
  labels: { release: 'πριν την ενημέρωση 7.0', update: 'πριν την ενημέρωση του e-shop' },
};

export const english: Voice = {
  people: [
    ['Hannah Clarke', 'hannah.clarke@example.com'],
    ['Tom Whitfield', 'tom@example.org'],
    ['The Orchard Venue', 'events@example.com'],
    ['Priya Nair', 'priya.nair@example.com'],
    ['Bennett Print Lab', 'orders@example.net'],
    ['Lucy and Sam', 'lucyandsam@example.com'],
  ],
  subjects: [
    'Wedding on 12 June: are you free?',
    'The gallery is wonderful, thank you',
    'Invoice 2026-114',
    'Could we have two more prints?',
    'Family portraits before Christmas',
    'Proofs for approval',
    'Your order has shipped',
    'Timings for Saturday',
    'Permission to use a photo',
    'Re: second photographer',
  ],
  greeting: 'Hi Nora,',
  sentences: [
    'we have looked through the whole gallery twice and cannot choose.',
    'could you send us the large files of the first dance?',
    'the venue opens at noon, and the light in the orchard is best around six.',
    'please find the invoice attached, payable within 14 days.',
    'the prints arrived this morning and they look fantastic.',
    'would a Sunday in September still be possible?',
    'my grandmother would love a framed one.',
    'thanks again for making everybody feel so relaxed.',
  ],
  farewell: 'All the best,',
  pictures: ['first-dance', 'golden-hour', 'rings', 'orchard-portrait', 'speeches', 'confetti', 'dunes', 'newborn'],
  pages: ['portfolio', 'weddings', 'portraits', 'prices', 'about', 'contact', 'journal', 'client-area'],
  papers: { folder: 'client-galleries', name: 'contract', title: 'Contract' },
  labels: { release: 'before 7.0 update', update: 'before new gallery' },
};

export const german: Voice = {
  people: [
    ['Jürgen Weiß', 'j.weiss@example.de'],
    ['Käthe Schröder', 'k.schroeder@example.de'],
    ['Holzgroßhandel Möller', 'bestellung@example.de'],
    ['Architekturbüro Süd', 'buero@example.de'],
    ['Björn Krüger', 'bjoern.krueger@example.org'],
    ['Familie Böhm', 'boehm@example.de'],
  ],
  subjects: [
    'Angebot für Einbauküche',
    'Rückfrage zur Rechnung 2026-87',
    'Aufmaß am Donnerstag?',
    'Lieferung Eiche, 12 m²',
    'Die Tür klemmt wieder',
    'Auftragsbestätigung',
    'Grüße und vielen Dank für die Treppe',
    'Änderung am Bücherregal',
    'Bewerbung als Geselle',
    'Mahnung zurückgenommen',
  ],
  greeting: 'Guten Tag Herr Brandt,',
  sentences: [
    'könnten Sie uns bis Freitag ein Angebot für die Küche schicken?',
    'die Maße haben sich noch einmal geändert, bitte sehen Sie den Anhang.',
    'das Regal passt auf den Millimeter, wir sind begeistert.',
    'die Eiche wird am Dienstag gegen zehn Uhr geliefert.',
    'wäre ein Termin in der übernächsten Woche möglich?',
    'die Überweisung haben wir heute veranlasst.',
    'beim Schließen schleift die Tür leicht am Rahmen.',
    'wir würden gern geölte statt lackierte Flächen nehmen.',
  ],
  farewell: 'Mit freundlichen Grüßen',
  pictures: [
    'küche-eiche',
    'treppe-nußbaum',
    'werkstatt',
    'bücherregal',
    'haustür',
    'einbauschrank',
    'tisch-ulme',
    'fenster-altbau',
  ],
  pages: ['leistungen', 'referenzen', 'werkstatt', 'team', 'kontakt', 'impressum', 'datenschutz', 'aktuelles'],
  papers: { folder: 'angebote', name: 'Angebot', title: 'Offer' },
  labels: { release: 'vor dem Update 7.0', update: 'vor dem neuen Formular' },
};
