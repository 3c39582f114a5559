/// Where customers live, and what people and places there are called.
struct Region {
    var country: String
    /// Of the e-mail addresses.
    var domain: String
    /// Customers out of a hundred.
    var share: Int
    var firstNames: [String]
    var lastNames: [String]
    var cities: [String]

    /// Shares add up to a hundred.
    static let all: [Region] = [
        Region(
            country: "SE", domain: "example.se", share: 18,
            firstNames: ["Åsa", "Björn", "Elin", "Göran", "Maja", "Nils", "Sören", "Ulrika", "Linnéa", "Oskar"],
            lastNames: ["Andersson", "Öberg", "Lindström", "Sjögren", "Åkesson", "Nyström", "Ek", "af Klint"],
            cities: ["Stockholm", "Göteborg", "Malmö", "Umeå", "Örebro", "Växjö", "Kiruna"]
        ),
        Region(
            country: "GB", domain: "example.co.uk", share: 12,
            firstNames: [
                "Amelia", "Oliver", "Siân", "Callum", "Zoë", "Harry", "Anne-Marie",
                "Robert \"Bob\"", "Imogen",
            ],
            lastNames: ["Smith", "O'Brien", "Taylor-Jones", "Patel", "Llewellyn", "Smith, Jr.", "MacLeod", "Hughes"],
            cities: ["London", "Leeds", "Newcastle upon Tyne", "St. John's, Worcester", "Aberystwyth", "Glasgow"]
        ),
        Region(
            country: "DE", domain: "example.de", share: 12,
            firstNames: ["Jürgen", "Käthe", "Lukas", "Sophie", "Günther", "Mia", "Hans-Peter", "Franziska"],
            lastNames: ["Müller", "Weiß", "Schäfer", "von der Heide", "Groß", "Köhler", "Fuchs", "Yıldız"],
            cities: ["Berlin", "München", "Köln", "Frankfurt (Oder)", "Halle, Saale", "Düsseldorf", "Görlitz"]
        ),
        Region(
            country: "FR", domain: "example.fr", share: 10,
            firstNames: ["Chloé", "François", "Hélène", "Loïc", "Maël", "Noémie", "Zoé", "Jean-Loup"],
            lastNames: ["Lefèvre", "d'Arras", "Garçon", "Noël", "Bœuf", "Petit", "L'Hôte", "Muñoz"],
            cities: ["Paris", "Besançon", "Nîmes", "L'Haÿ-les-Roses", "Orléans", "Saint-Étienne"]
        ),
        Region(
            country: "PL", domain: "example.pl", share: 6,
            firstNames: ["Łukasz", "Małgorzata", "Stanisław", "Żaneta", "Wojciech", "Agnieszka"],
            lastNames: ["Wójcik", "Dąbrowski", "Kołodziej", "Nowak", "Świątek", "Źrebiec"],
            cities: ["Łódź", "Kraków", "Gdańsk", "Wrocław", "Bielsko-Biała"]
        ),
        Region(
            country: "UA", domain: "example.com", share: 6,
            firstNames: ["Олена", "Тарас", "Юлія", "Андрій", "Соломія", "Ївга"],
            lastNames: ["Шевченко", "Коваль", "Мельник", "Лисенко", "Ґудзь", "Бондаренко"],
            cities: ["Київ", "Львів", "Одеса", "Харків", "Запоріжжя"]
        ),
        Region(
            country: "GR", domain: "example.gr", share: 5,
            firstNames: ["Γιώργος", "Ελένη", "Νίκος", "Αθηνά", "Μαρία", "Θεόδωρος"],
            lastNames: ["Παπαδόπουλος", "Κωνσταντίνου", "Βλάχος", "Αγγέλου", "Ιωάννου"],
            cities: ["Αθήνα", "Θεσσαλονίκη", "Πάτρα", "Ηράκλειο", "Χανιά"]
        ),
        Region(
            country: "EG", domain: "example.com", share: 5,
            firstNames: ["محمد", "فاطمة", "أحمد", "ليلى", "يوسف", "مريم"],
            lastNames: ["حسن", "السيد", "عبد الرحمن", "منصور", "الشريف"],
            cities: ["القاهرة", "الإسكندرية", "الجيزة", "أسوان"]
        ),
        Region(
            country: "IL", domain: "example.com", share: 3,
            firstNames: ["נועה", "יוסף", "תמר", "דוד", "שירה"],
            lastNames: ["כהן", "לוי", "מזרחי", "בן־דוד", "אברהם"],
            cities: ["תל אביב", "ירושלים", "חיפה", "באר שבע"]
        ),
        Region(
            country: "JP", domain: "example.jp", share: 6,
            firstNames: ["翔太", "美咲", "さくら", "健一", "陽菜", "ケンタ"],
            lastNames: ["佐藤", "鈴木", "髙橋", "田中", "渡邊"],
            cities: ["東京", "大阪", "京都", "札幌", "那覇"]
        ),
        Region(
            country: "CN", domain: "example.cn", share: 4,
            firstNames: ["伟", "芳", "秀英", "子涵", "浩然"],
            lastNames: ["王", "李", "欧阳", "张", "刘"],
            cities: ["北京", "上海", "广州", "成都"]
        ),
        Region(
            country: "KR", domain: "example.kr", share: 4,
            firstNames: ["서연", "민준", "지우", "하윤", "도윤"],
            lastNames: ["김", "이", "박", "최", "남궁"],
            cities: ["서울", "부산", "인천", "제주"]
        ),
        Region(
            country: "TH", domain: "example.com", share: 3,
            firstNames: ["สมชาย", "มาลี", "ณัฐพล", "พิมพ์ชนก"],
            lastNames: ["ใจดี", "ศรีสุข", "ทองคำ", "แสงจันทร์"],
            cities: ["กรุงเทพมหานคร", "เชียงใหม่", "ขอนแก่น"]
        ),
        Region(
            country: "US", domain: "example.com", share: 6,
            firstNames: ["Luna 🌙", "José", "Sunny ☀️", "Taylor", "Renée", "D'Andre", "👩‍🎤 Dee"],
            lastNames: ["Johnson", "Nguyen", "García", "Washington", "Lee, MD", "Van Buren"],
            cities: ["New York", "Washington, D.C.", "San José", "Winston-Salem", "Coeur d'Alene"]
        ),
    ]

    /// The local part of e-mail addresses before the customer's number.
    static let mailNames = [
        "alex", "bo", "casey", "dana", "eli", "frankie", "gale", "hero", "indy", "jo", "kim", "lou", "max", "nico",
        "oli", "pat", "quinn", "robin", "sam", "toni", "umi", "val", "wren", "xen", "yuki", "zia",
    ]

    static let tiers = ["bronze", "bronze", "bronze", "bronze", "silver", "silver", "gold", "platinum"]

    /// What the people at the till wrote down.
    static let notes = [
        "prefers \"express\" delivery", "ring twice,\nthen leave it at the door", "says 'hi' from the shop in Åre",
        "VIP; call before 9:00, never later", "moved,\r\nnew address to come", "\"\"", "100 % organic only",
        "=SUM(1,2)", " leading and trailing space ", "gift wrap 🎁, please", "tab\there", "C:\\temp\\new", "NULL",
        "null",
    ]
}
