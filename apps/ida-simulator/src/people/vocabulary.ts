/**
 * What people and places are made of, by region. Invented combinations of common names; every text is composed (NFC), as
 * an ID system stores it. No place word ends in `mr` or `dr`: IDA's address rules would eat the character after it.
 */
export interface Region {
  /** Titles and abbreviations are those of English, so only these regions use them. */
  readonly script: 'Latin' | 'other';
  /** What the region writes in, if that is a language of the simulated ID system (others stand under English only). */
  readonly ownLanguage?: Language;
  readonly male: readonly string[];
  readonly female: readonly string[];
  readonly family: readonly string[];
  readonly streets: readonly string[];
  /** What a house number is put into. */
  readonly house: (number: number) => string;
  readonly quarters: readonly string[];
  readonly places: readonly Place[];
  /** Digits of a postal code. */
  readonly postalCodeDigits: number;
}

export type Gender = 'Male' | 'Female';

interface Language {
  /** ISO 639-2/T, as MOSIP names languages. */
  readonly code: string;
  /** The genders in it. */
  readonly genders: Readonly<Record<Gender, string>>;
}

interface Place {
  readonly city: string;
  readonly region: string;
  readonly province: string;
}

function list(text: string): readonly string[] {
  return text
    .normalize('NFC')
    .trim()
    .split(/\s*\|\s*/);
}

function places(text: string): readonly Place[] {
  return list(text).map((entry) => {
    const [city = '', region = '', province = ''] = entry.split('/');
    return { city, region, province };
  });
}

export const REGIONS: readonly Region[] = [
  {
    script: 'Latin',
    ownLanguage: { code: 'fra', genders: { Male: 'Masculin', Female: 'Féminin' } },
    male: list(`Aurélien | Benoît | Cédric | Étienne | François | Gaël | Jean-Pierre | Jérôme | Léo | Loïc | Mathéo | Noël
      | Raphaël | Rémi | Théo | Yannick`),
    female:
      list(`Amélie | Anaïs | Chloé | Éloïse | Geneviève | Hélène | Inès | Léa | Marie-Claire | Mélanie | Noémie
      | Océane | Sévérine | Solène | Thérèse | Zoé`),
    family:
      list(`Bérard | Besnard | Chevallier | Côté | D'Almeida | Désiré | Fabre | Gonçalves | Kouamé | L'Huillier
      | Lefèvre | Mbaye | N'Diaye | Œuvrard | Pélissier | Traoré`),
    streets: list(
      'Rue des Écoles | Avenue de la République | Rue du Marché | Boulevard Circulaire | Rue Félix Éboué',
    ),
    house: (number) => `${number} bis`,
    quarters: list('Quartier Plateau | Cité Verte | Faubourg Saint-Michel | Résidence Les Palmiers'),
    places: places(
      'Thiès/Thiès/Cayor | Bouaké/Gbêkê/Vallée du Bandama | Antsirabé/Vakinankaratra/Itasy | Kpalimé/Kloto/Plateaux',
    ),
    postalCodeDigits: 5,
  },
  {
    script: 'Latin',
    male: list(`Alan | Brendan | Christian | Dexter | Emmanuel | Ferdinand | Gabriel | Isaiah | Joseph | Kelvin | Lamar
      | Mark | Nathaniel | Oscar | Patrick | Samuel`),
    female:
      list(`Adriana | Beatrix | Catherine | Dorothy | Esther | Faith | Grace | Imelda | Joyce | Kezia | Lourdes
      | Mary Jane | Naomi | Olivia | Patience | Rosario`),
    family:
      list(`Banda | Cruz | Dela Rosa | Kamara | Kipkoech | Mendrez | Msiska | Mulenga | Nakamura | O'Neil | Okonkwo
      | Santos | Smith-Warren | Tembo | Villanueva | Zulu`),
    streets: list(
      'Main Street | Old Market Road | Harbour Road | Third Cross | Northern Drive | Mission Street',
    ),
    house: (number) => `No. ${number}`,
    quarters: list('Apartment 4B | Opposite Central Clinic | Riverside Estate | Unit 7 Greenfields'),
    places: places(
      'Kabwe/Central/Copperbelt | Iloilo/Western Visayas/Panay | Nakuru/Rift Valley/Baringo | Bo/Southern/Tonkolili',
    ),
    postalCodeDigits: 4,
  },
  {
    script: 'Latin',
    male: list(`Álvaro | Andrés | César | Efraín | Gonçalo | Héctor | Íñigo | Joaquín | João | Julián | Martín | Óscar
      | Raúl | Sebastião | Tomás | Zacarías`),
    female:
      list(`Ángela | Beatriz | Conceição | Elena | Graça | Inés | Isaura | Lucía | María José | Mónica | Noelia
      | Rocío | Sofía | Úrsula | Verónica | Ximena`),
    family:
      list(`Acuña | Araújo | Cárdenas | Córdoba | De la Peña | Fernández | Gutiérrez | Ibáñez | Magalhães | Muñoz
      | Núñez | Peçanha | Quiñones | Ríos | Simões | Vásquez`),
    streets: list(
      'Calle San Martín | Avenida Bolívar | Rua da Conceição | Calle del Comercio | Travessa do Sol',
    ),
    house: (number) => `Casa ${number}`,
    quarters: list('Barrio El Carmen | Colonia Centro | Bairro Alto | Zona 3'),
    places: places(
      'Comayagua/Comayagua/Centro | Beira/Sofala/Buzi | Sucre/Chuquisaca/Oropeza | Ambato/Tungurahua/Sierra',
    ),
    postalCodeDigits: 5,
  },
  {
    script: 'other',
    ownLanguage: { code: 'ara', genders: { Male: 'ذكر', Female: 'أنثى' } },
    male: list(
      'إبراهيم | أحمد | حسن | خالد | سعيد | طارق | عبد الرحمن | علي | عمر | فيصل | كريم | محمد | مصطفى | ياسين | يوسف',
    ),
    female: list(
      'أمينة | حليمة | خديجة | رقية | زينب | سارة | سلمى | عائشة | فاطمة | لطيفة | ليلى | مريم | نادية | نورة | هند',
    ),
    family: list(
      'بن علي | بنعيسى | التازي | الحداد | الخطيب | السوسي | الشرقاوي | العلوي | الفاسي | القاسمي | المنصوري | الناصري',
    ),
    streets: list('شارع الحرية | زنقة الورد | شارع الاستقلال | طريق السوق | شارع النخيل'),
    house: (number) => `رقم ${number}`,
    quarters: list('حي السلام | حي النهضة | إقامة الياسمين | حي المسيرة'),
    places: places('مكناس/فاس/زرهون | صفاقس/الجنوب/قرقنة | كسلا/الشرق/القاش | إربد/الشمال/بني كنانة'),
    postalCodeDigits: 5,
  },
  {
    script: 'other',
    male: list('अनिल | अर्जुन | कृष्ण | गणेश | दीपक | प्रकाश | मोहन | राजेश | राम | विजय | शिव | संजय | सुरेश | हरि'),
    female: list(
      'अनीता | आशा | कमला | गीता | दीपा | पूजा | मीना | राधा | लक्ष्मी | विद्या | शांति | सीता | सुनीता | स्मृति',
    ),
    family: list('अधिकारी | कुमार | गुप्ता | चौधरी | जोशी | थापा | पटेल | मिश्रा | यादव | वर्मा | शर्मा | सिंह'),
    streets: list('गांधी मार्ग | स्टेशन रोड | मंदिर मार्ग | नेहरू पथ | बाज़ार गली'),
    house: (number) => `मकान ${number}`,
    quarters: list('शांति नगर | आदर्श कॉलोनी | पुराना मोहल्ला | सेक्टर पाँच'),
    places: places('वाराणसी/उत्तर प्रदेश/काशी | पोखरा/गण्डकी/कास्की | उज्जैन/मध्य प्रदेश/मालवा | गया/बिहार/मगध'),
    postalCodeDigits: 6,
  },
  {
    script: 'other',
    male: list('አበበ | ሀይሌ | ሰለሞን | ተስፋዬ | ዳዊት | ገብረ | ግርማ | ኃይሉ | ዮሐንስ | ብርሃኑ | ታደሰ | ይስሐቅ | መኮንን | ጌታቸው'),
    female: list('አልማዝ | ሀና | ሰብለ | ትርሐስ | ዘነበች | ገነት | ፋንታዬ | ሳራ | ብርቱካን | እመቤት | ማርታ | የሺ | ሮዛ | ጽጌ'),
    family: list('አለሙ | በቀለ | ደስታ | ገብረማርያም | ኃይለሥላሴ | ካሳ | መንግስቱ | ነጋሽ | ተክለሃይማኖት | ወልደጊዮርጊስ | ወንድሙ | ይማም'),
    streets: list('ቸርችል ጎዳና | ቦሌ መንገድ | አራዳ ጎዳና | ገበያ መንገድ'),
    house: (number) => `የቤት ቁጥር ${number}`,
    quarters: list('ቀበሌ 05 | ቀበሌ 12 | ፒያሳ ሰፈር | አዲሱ ሰፈር'),
    places: places('ጎንደር/አማራ/ሰሜን | ሐዋሳ/ሲዳማ/ሐይቅ | አዳማ/ኦሮሚያ/ምስራቅ | መቀሌ/ትግራይ/እንደርታ'),
    postalCodeDigits: 4,
  },
];
