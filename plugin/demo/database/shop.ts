/** What an account sells, and to whom. */
export interface Shop {
  readonly goods: readonly Good[];
  /** Orders that are there at the beginning, and the most that come on a working day. */
  readonly orders: number;
  readonly ordersADay: number;
  readonly cities: readonly (readonly [city: string, postcode: string])[];
  readonly streets: readonly string[];
  readonly country: 'GR' | 'DE';
  /** Value-added tax, in percent. */
  readonly tax: number;
  readonly payments: readonly (readonly [method: string, title: string])[];
  readonly notes: readonly string[];
}

export interface Good {
  readonly name: string;
  readonly code: string;
  readonly cents: number;
}

export const tavernShop: Shop = {
  goods: [
    good('Εξαιρετικό παρθένο ελαιόλαδο 5 l', 'OIL-5L', 5490),
    good('Εξαιρετικό παρθένο ελαιόλαδο 1 l', 'OIL-1L', 1250),
    good('Ελαιόλαδο αγουρέλαιο 500 ml', 'OIL-AGR', 980),
    good('Μέλι θυμαρίσιο 950 g', 'HON-THY', 1690),
    good('Μέλι πεύκου 950 g', 'HON-PIN', 1290),
    good('Ελιές Καλαμών 1 kg', 'OLV-KAL', 890),
    good('Πάστα ελιάς 190 g', 'OLV-PST', 420),
    good('Κάπαρη Σαντορίνης 100 g', 'CAP-SAN', 560),
    good('Ρίγανη βουνού 50 g', 'ORE-50', 250),
    good('Λιαστές ντομάτες 250 g', 'TOM-SUN', 540),
    good('Κρασί Λήμνου, λευκό 750 ml', 'WIN-LIM', 1180),
    good('Κρασί Λήμνου, ροζέ 750 ml', 'WIN-ROS', 1240),
    good('Ούζο Πλωμαρίου 700 ml', 'OUZ-700', 1490),
    good('Λαδοτύρι Μυτιλήνης 400 g', 'CHE-LAD', 1120),
    good('Τραχανάς χειροποίητος 500 g', 'TRA-500', 460),
    good('Χυλοπίτες 500 g', 'CHY-500', 390),
    good('Γλυκό του κουταλιού, κυδώνι 450 g', 'SWE-QUI', 680),
    good('Δωροκουπόνι για δύο', 'GIFT-2', 6000),
  ],
  orders: 420,
  ordersADay: 11,
  cities: [
    ['Αθήνα', '11521'],
    ['Θεσσαλονίκη', '54622'],
    ['Πάτρα', '26221'],
    ['Μυτιλήνη', '81100'],
    ['Ηράκλειο', '71201'],
    ['Βόλος', '38221'],
  ],
  streets: ['Ερμού', 'Σταδίου', 'Βενιζέλου', 'Αγίου Δημητρίου', 'Κουντουριώτη', '25ης Αυγούστου'],
  country: 'GR',
  tax: 13,
  payments: [
    ['viva', 'Κάρτα'],
    ['cod', 'Αντικαταβολή'],
    ['bacs', 'Κατάθεση σε τράπεζα'],
  ],
  notes: ['Παρακαλώ καλέστε πριν την παράδοση.', 'Είναι δώρο, χωρίς τιμή στο πακέτο.', 'Στο κουδούνι: «Ο΄Νιλ»'],
};

export const joinerShop: Shop = {
  goods: [
    good('Schneidebrett Eiche, groß', 'BRETT-EI', 6900),
    good('Schneidebrett Nussbaum', 'BRETT-NU', 8450),
    good('Frühstücksbrettchen, 4 Stück', 'BRETT-FR', 3900),
    good('Messerblock Räuchereiche', 'BLOCK-RE', 12900),
    good('Garderobe „Möwe“', 'GARD-MO', 18900),
    good('Hocker Ulme', 'HOCK-UL', 14900),
    good('Wandregal 80 cm', 'REGAL-80', 9900),
    good('Wandregal 120 cm', 'REGAL-120', 12900),
    good('Schuhlöffel, lang', 'SCHUH-L', 2450),
    good('Vogelhäuschen Lärche', 'VOGEL-LA', 4900),
    good('Holzöl 500 ml', 'OEL-500', 1890),
    good('Gutschein Drechselkurs', 'KURS-1', 8900),
  ],
  orders: 90,
  ordersADay: 3,
  cities: [
    ['München', '80331'],
    ['Köln', '50667'],
    ['Düsseldorf', '40213'],
    ['Würzburg', '97070'],
    ['Görlitz', '02826'],
  ],
  streets: ['Hauptstraße', 'Gärtnerweg', 'Am Mühlbach', 'Königsallee', 'Große Gasse'],
  country: 'DE',
  tax: 19,
  payments: [
    ['paypal', 'PayPal'],
    ['invoice', 'Kauf auf Rechnung'],
    ['bacs', 'Überweisung'],
  ],
  notes: ['Bitte beim Nachbarn Weiß abgeben.', 'Gravur: „Für Käthe“', 'Lieferung nach 17 Uhr'],
};

function good(name: string, code: string, cents: number): Good {
  return { name, code, cents };
}
