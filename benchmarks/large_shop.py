"""Write a large shop past the triggers, as nothing else may: pieces of a realistic spread."""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from django.db import connection, models
from django.test import Client
from django.utils import timezone

from marketplace.models import (
    Category,
    Look,
    Material,
    Option,
    OptionValue,
    Order,
    OrderLine,
    Product,
    Stock,
    Technique,
    Variant,
)
from partners.models import Programme
from tests.factories.marketplace import order_of, send_everywhere
from tests.factories.partners import ProgrammeFactory, SplitRuleFactory
from weintl.accounts.models import User

AT_ONCE = 2_000
# Loading stops with an error rather than fill a busy machine for ever.
LOAD_SECONDS = 900
PROGRAMMES = 50
COUNTRIES = ["NP", "IN", "KH", "PE", "GT", "KE", "GH", "PH", "TH", "CO"]
# What stands in some names each, so that a word has few, many, or very many pieces.
THINGS = [
    "scarf",
    "bowl",
    "basket",
    "shawl",
    "cushion",
    "runner",
    "necklace",
    "bag",
    "blanket",
    "vase",
]
COSAS = [
    "bufanda",
    "cuenco",
    "canasta",
    "chal",
    "cojín",
    "camino",
    "collar",
    "bolso",
    "manta",
    "jarrón",
]
SIGNS = ["b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z"]
SOUNDS = ["a", "e", "i", "o", "u", "ai", "ou"]
FIRST = datetime(2022, 1, 1, tzinfo=UTC)
TERMS = [
    "ikat",
    "tapestry",
    "weaving",
    "embroidery",
    "quilting",
    "blockprint",
    "throwing",
    "coiling",
    "beading",
    "knitting",
    "crochet",
    "felting",
    "carving",
    "dyeing",
    "batik",
    "macrame",
    "lacquer",
    "enamel",
    "filigree",
    "plaiting",
]
STUFF = [
    "cotton",
    "wool",
    "silk",
    "linen",
    "hemp",
    "clay",
    "stoneware",
    "porcelain",
    "bamboo",
    "rattan",
    "palm",
    "sisal",
    "silver",
    "brass",
    "copper",
    "glass",
    "teak",
    "walnut",
    "leather",
    "felt",
    "jute",
    "alpaca",
    "cashmere",
    "nettle",
]
COLOURS = [
    "blue",
    "green",
    "red",
    "white",
    "black",
    "ochre",
    "indigo",
    "rose",
    "grey",
    "natural",
    "yellow",
    "teal",
]


@dataclass(frozen=True)
class Example:
    """An order that stands for others, and words to search for."""

    order: Order
    token: str
    word: str
    slip: str


def _run(sql: str, values: Any = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def _place_names(count: int, dice: random.Random) -> list[str]:
    """Return made-up words, each in about a two-hundredth of the names."""
    found: dict[str, None] = {}
    while len(found) < count:
        word = "".join(dice.choice(SIGNS) + dice.choice(SOUNDS) for _sound in range(3))
        found[word] = None
    return list(found)


class Shop:
    """Lists, programmes and pieces; `grow` adds pieces up to a number."""

    def __init__(self) -> None:
        """Write what all pieces share."""
        self.dice = random.Random(6)
        self.began = time.monotonic()
        self.count = 0
        self.places = _place_names(400, self.dice)
        named: Any = lambda code: {"code": code, "name_en": code, "name_es": f"{code}-es"}  # noqa: E731
        self.techniques = [Technique.objects.create(**named(code)) for code in TERMS]
        self.materials = [Material.objects.create(**named(code)) for code in STUFF]
        option = Option.objects.create(**named("colour"))
        self.colours = [OptionValue.objects.create(option=option, **named(c)) for c in COLOURS]
        self.categories = []
        for number, thing in enumerate(THINGS):
            top = Category.objects.create(
                name_en=f"Part {number}", name_es=f"Parte {number}",
                slug_en=f"part-{number}", slug_es=f"parte-{number}",
            )  # fmt: skip
            self.categories.append(
                Category.objects.create(
                    parent=top,
                    name_en=thing.title(),
                    name_es=COSAS[number].title(),
                    slug_en=thing,
                    slug_es=COSAS[number].encode("ascii", "ignore").decode(),
                )
            )
        self.programmes: list[Programme] = []
        for number in range(PROGRAMMES):
            programme = ProgrammeFactory(
                code=f"bench-{number:02d}", country=COUNTRIES[number % len(COUNTRIES)]
            )
            SplitRuleFactory(programme=programme)
            self.programmes.append(programme)
        # A workshop knows a few crafts, each with its materials.
        self.crafts = [
            [
                (self.dice.choice(self.techniques), self.dice.sample(self.materials, 4))
                for _craft in range(3)
            ]
            for _programme in self.programmes
        ]

    def grow(self, until: int) -> None:
        """Write pieces up to number `until`, then their listings as the triggers do.

        Raises RuntimeError where it takes longer than LOAD_SECONDS.
        """
        _run("SET session_replication_role = replica")
        _run("SET synchronous_commit = off")
        numbers = iter(range(self.count, until))
        while part := list(islice(numbers, AT_ONCE)):
            if time.monotonic() - self.began > LOAD_SECONDS:
                raise RuntimeError(f"Loading took more than {LOAD_SECONDS} s.")
            made = Product.objects.bulk_create(self._products(part))
            self._belongings(made)
            _run("SELECT marketplace_list_again(%s::bigint[])", [[each.pk for each in made]])
        self.count = until
        _run("SET session_replication_role = origin")
        _run("VACUUM (ANALYZE)")

    def _products(self, numbers: list[int]) -> Iterator[Product]:
        dice = self.dice
        for n in numbers:
            which = dice.randrange(PROGRAMMES)
            technique, _materials = self.crafts[which][min(dice.randrange(4), 2)]
            # A workshop makes two kinds of things, and now and then another.
            thing = (which + dice.randrange(2)) % len(THINGS)
            thing = dice.randrange(len(THINGS)) if dice.random() < 0.05 else thing
            place = dice.choice(self.places)
            other = THINGS[dice.randrange(len(THINGS))]
            yield Product(
                code=f"bench-{n}",
                name_en=f"{place.title()} {THINGS[thing]}",
                name_es=f"{COSAS[thing].title()} de {place.title()}",
                name=f"{place.title()} {THINGS[thing]}",
                slug=f"piece-{n}", slug_en=f"piece-{n}", slug_es=f"pieza-{n}",
                description_en=f"Made on a loom by the river, number {n % 977}. "
                f"Goes well with a {other} or on its own; washed by hand, dried in the shade.",
                description_es=f"Hecha en un telar junto al río, número {n % 977}. "
                f"Combina con {COSAS[THINGS.index(other)]}; se lava a mano y se seca a la sombra.",
                made_by_en="A workshop of twelve.", made_by_es="Un taller de doce.",
                category=self.categories[thing], programme=self.programmes[which],
                technique=technique, is_one_of_a_kind=dice.random() < 0.5,
                is_published=True, published_at=FIRST + timedelta(minutes=20 * n),
            )  # fmt: skip

    def _belongings(self, made: list[Product]) -> None:
        dice, worn, coloured = self.dice, [], []
        variants = [
            Variant(
                product=each, sku=f"B-{each.code}", currency="usd", weight_grams=200,
                price_amount=100 * round(min(400, max(8, dice.lognormvariate(3.7, 0.6)))),
            )
            for each in made
        ]  # fmt: skip
        Variant.objects.bulk_create(variants)
        of_materials, of_values = Product.materials.through, Variant.values.through
        for each, variant in zip(made, variants, strict=True):
            crafts = self.crafts[self.programmes.index(each.programme)]
            materials = next(some for craft, some in crafts if craft == each.technique)
            first = max(0, dice.randrange(9) - 5)
            chosen = {materials[first], materials[0]}
            worn += [of_materials(product=each, material=one) for one in chosen]
            shade = self.programmes.index(each.programme) + min(dice.randrange(9), 3)
            shades = {self.colours[shade % len(self.colours)]}
            coloured += [of_values(variant=variant, optionvalue=one) for one in shades]
        of_materials.objects.bulk_create(worn)
        of_values.objects.bulk_create(coloured)
        Stock.objects.bulk_create(
            Stock(variant=each, consigned=int(dice.random() < 0.7)) for each in variants
        )

    def looks(self) -> int:
        """Return how many there are."""
        return Look.objects.count()

    def example(self) -> Example:
        """Place an order of one piece, and choose a word and a slip of the finger in it."""
        send_everywhere()
        variant = Variant.objects.filter(stock__consigned=1).order_by("pk").first()
        assert variant is not None
        order = order_of({variant: 1}, now=timezone.now())
        word = self.places[7]
        return Example(order, order.token, word, word[:2] + word[3] + word[2] + word[4:])

    def order(self, number: int, *, like: Order) -> None:
        """Write `number` orders that are copies of one, a line each, spread over the pieces."""
        _run("SET session_replication_role = replica")
        columns = [field.column for field in Order._meta.concrete_fields if field.column != "id"]
        own = {
            "number": "'WE-' || lpad(upper(to_hex(k)), 8, '0')",
            "token": "md5('token' || k)",
            "submission_key": "md5('key' || k)",
            "email": "'buyer' || k % 50000 || '@example.org'",
            "name": "'Buyer ' || k % 50000",
            "placed_at": "t.placed_at - k * interval '2 minutes'",
            "cart_id": "NULL", "payment_id": "NULL", "gift_id": "NULL",
        }  # fmt: skip
        (line,) = OrderLine.objects.filter(order=like)[:1]
        (most,) = _run("SELECT max(id) FROM marketplace_variant")[0]
        begin = Order.objects.count()
        for low in range(begin + 1, begin + number + 1, 100_000):
            high = min(low + 99_999, begin + number)
            _run(
                f"WITH made AS ({_copies(like, columns, own, low=low, high=high)} RETURNING id) "
                + _copies_of_line(line, most)
            )
        _run("SET session_replication_role = origin")
        _run("VACUUM (ANALYZE) marketplace_order, marketplace_orderline")


def _copies(
    row: models.Model, columns: list[str], own: dict[str, str], *, low: int, high: int
) -> str:
    values = ", ".join(own.get(name, f"t.{name}") for name in columns)
    return (
        f"INSERT INTO {row._meta.db_table} ({', '.join(columns)}) SELECT {values} "
        f"FROM {row._meta.db_table} t, generate_series({low}, {high}) AS k WHERE t.id = {row.pk}"
    )


def _copies_of_line(line: OrderLine, most: int) -> str:
    columns = [field.column for field in OrderLine._meta.concrete_fields if field.column != "id"]
    own = {"order_id": "made.id", "variant_id": f"1 + made.id % {most}"}
    values = ", ".join(own.get(name, f"t.{name}") for name in columns)
    return (
        f"INSERT INTO marketplace_orderline ({', '.join(columns)}) SELECT {values} "
        f"FROM made, marketplace_orderline t WHERE t.id = {line.pk}"
    )


def staff_client() -> Client:
    """Return somebody who may see everything."""
    client = Client(HTTP_HOST="localhost")
    client.force_login(User.objects.create_superuser("shop@example.org", "measured only once"))
    return client
