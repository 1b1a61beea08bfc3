"""Foods in the dish, and foods only named; one sentence per case, written for this project."""

import pytest

from recipegen.ingredients.component import find_mentions, in_the_dish, ingredients_in_lines
from tests.ingredients.test_component import KNOWN, NLP

DISHES = """
Bake the cake. There is no garlic or onion in it. =>
Whisk the eggs without milk, butter or cream. => egg
Fry the eggs without breaking the yolks. => egg
Do not use garlic powder with the beef. => beef
Never add sugar to the tomatoes. => tomato
Do not add the eggs until the butter is soft. => butter, egg
Do not add sugar or eggs to the beans. => bean
It contains no nuts, eggs or dairy; add rice. => rice
Cut the dough into almond shapes. =>
Do not overcook the shrimp. => shrimp
Do not let the butter brown. => butter
You need neither eggs nor milk, only flour. => flour
Use olive oil instead of butter. => olive oil
Use honey rather than sugar or syrup. => honey
The soup is onion-free and garlic-free; add leeks. => leek
Sprinkle with gluten-free flour. => flour
Spread with peanut butter, not butter. => peanut butter
Not all the milk may be needed. => milk
Skip the raisins. =>
Omit the nuts if you like. => nut
For a main course see my garlic shrimp. =>
recipe for garlic shrimp | fry the shrimp with garlic . => garlic, shrimp
For a side dish, try our potato salad with bacon. =>
Shape balls the size of a walnut or an olive. =>
Mix all ingredients except the cheese. => cheese
Pulse until it looks like breadcrumbs. =>
Beat until lemon coloured. =>
Make Chuck's chili with beans. => bean, chili pepper
Aunt Ginger mixes flour and milk. => flour, milk
This dish comes from Turkey. Stuff the turkey. => turkey
Serve as a sweet or savory treat with honey. => honey
Stand the chicken on a half full soda can. => chicken
Finish with a sprinkle of cinnamon. => cinnamon
Finish with sprinkles. => sprinkles
Toss tuna packed in olive oil with capers. => caper, tuna
"""

SHARED = """
Pour in the chicken or vegetable stock. => chicken broth, vegetable broth
Brush with olive, sunflower or peanut oil. => olive oil, peanut oil, vegetable oil
Add lemon and orange zest. => lemon zest, orange zest
Add onion and garlic powder. => garlic powder, onion powder
Add eggs or egg noodles. => egg, noodle
Stir in sugar or corn syrup. => corn syrup, sugar
Add the zest and juice of 1 lime. => lime juice, lime zest
Squeeze in the juice from 2 large oranges. => orange juice
Add the juice of a lemon or lime. => lemon juice, lime juice
Brown the chicken thighs or breasts. => chicken breast, chicken thigh
Braise the pork loin or shoulder. => pork loin, pork shoulder
Stir in tomato sauce or paste. => tomato paste, tomato sauce
Spread with peanut butter or oil. => oil, peanut butter
Sweeten with honey or maple syrup. => honey, maple syrup
Pour in the stock (chicken or beef). => beef broth, broth, chicken broth
Boil the noodles (egg, or rice). => noodle, rice noodle
Boil the noodles (or rice). => noodle, rice
Brown the beef (chuck or brisket). => beef, beef brisket, beef chuck
Serve with a dollop of sour cream. => sour cream
Use rice-based flour. => flour
Beat the light cream cheese. => cream cheese
Slice the jalapeño chili peppers. => jalapeño
Grate the cheddar cheese. => cheddar
Slice the tofu sausage. => sausage
Season the saffron rice. => rice, saffron
Whip the curd with cumin and water. => cumin, water, yogurt
Spread the curd on the scones. => lemon curd
Mix soda with flour and buttermilk. => baking soda, buttermilk, flour
Fill up with ice, rum and soda. => ice, lemon-lime soda, rum
Crush the garlic and mash the cloves. => garlic
Add cinnamon, nutmeg and cloves. => cinnamon, clove, nutmeg
"""


def cases(block: str) -> list[tuple[str, list[str]]]:
    rows = (line.split("=>") for line in block.strip().splitlines())
    return [(text.strip(), [n for n in names.strip().split(", ") if n]) for text, names in rows]


@pytest.mark.parametrize(("text", "ingredients"), cases(DISHES) + cases(SHARED))
def test_what_is_in_the_dish(text: str, ingredients: list[str]) -> None:
    (mentions,) = find_mentions(NLP, [text])
    assert in_the_dish(mentions) == ingredients


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("Add salt, no pepper.", ["used", "absent"]),
        ("As big as a pea, add salt.", ["aside", "used"]),
        ("Omit the nuts if you like.", ["optional"]),
        ("Add beef or lamb.", ["alternative", "alternative"]),
        ("Add beef (or lamb).", ["used", "alternative"]),
        ("Add beef, leeks, and nuts (optional).", ["optional", "optional", "optional"]),
        ("Add beef and, if desired, the leeks.", ["optional", "used"]),
        ("Stir in milk and if desired, the nuts.", ["used", "optional"]),
        ("Optional: you can also add nuts.", ["optional"]),
        ("Add the leeks. You can also use onions or nuts.", ["used", "aside", "aside"]),
        (
            "Grate the cheese (you can also use tofu) and melt the butter.",
            ["used", "aside", "used"],
        ),
        ("Replace the butter with olive oil.", ["absent", "aside"]),
        ("If you have no beef, use lamb. Add salt.", ["absent", "aside", "used"]),
        ("Note: beans differ. Add the beans.", ["aside", "used"]),
        ("Crumble the tofu substitute into the pan with the leeks.", ["used", "used"]),
        ("Use fillings such as honey, butter, or garlic and leeks.", ["alternative"] * 4),
        (
            "Top with nuts of your choice (almonds, walnuts).",
            ["used", "alternative", "alternative"],
        ),
        (
            "Finish with toppings like:\n- ham\n- **Cheese:** with nuts\nAdd salt.",
            ["alternative", "alternative", "alternative", "used"],
        ),
        ("Finish with toppings like:\nham. Add salt.", ["used", "used"]),
        ("Add spices such as cumin and paprika.", ["used", "used"]),
    ],
)
def test_nothing_that_is_named_is_hidden(text: str, roles: list[str]) -> None:
    (mentions,) = find_mentions(NLP, [text])
    assert [mention.role for mention in mentions] == roles


@pytest.mark.parametrize(
    ("line", "ingredients"),
    [
        ("2 cups chicken or vegetable stock", ["chicken broth"]),
        ("500 ml vegetable or chicken stock", ["vegetable broth"]),
        ("8 corn or flour tortillas", ["tortilla"]),
        ("1 or 2 green chiles", ["green chile"]),
        ("2 peppers, sliced", ["bell pepper"]),
        ("1 tsp pepper", ["black pepper"]),
        ("3 tbsp chilli oil", ["chili oil"]),
        ("zest and juice of 1 lemon", ["lemon juice", "lemon zest"]),
        ("1 lime(s), cut into wedges", ["lime"]),
        ("⅓ c packed light brown sugar(65g)", ["brown sugar"]),
        ("1 zuchini", ["zucchini"]),
        ("Fry the lemon sole in butter.", ["butter", "flounder"]),
    ],
)
def test_lines_are_read_by_the_same_look_up(line: str, ingredients: list[str]) -> None:
    assert list(ingredients_in_lines(NLP, [[line]])) == [ingredients]


def test_a_word_of_two_senses_is_told_by_the_other_lines() -> None:
    lists = [["1 cup curd", "1 tsp cumin", "2 green chillies"], ["1 cup curd", "1 cup sugar"]]
    first, second = ingredients_in_lines(NLP, lists)
    assert "yogurt" in first
    assert "lemon curd" in second


def test_every_name_of_the_lexicon_finds_its_ingredient() -> None:
    named = KNOWN.dropna(subset="ingredient")
    pairs = list(zip(named["variant"], named["ingredient"], strict=True))
    in_lines = ingredients_in_lines(NLP, [[f"2 cups {variant}"] for variant, _ in pairs])
    lost = [name for (name, food), found in zip(pairs, in_lines, strict=True) if found != [food]]
    texts = find_mentions(NLP, [f"Add the {variant} to it" for variant, _ in pairs])
    lost_in_text = [
        name
        for (name, food), found in zip(pairs, texts, strict=True)
        if [each.ingredient for each in found] != [food]
    ]
    assert lost == []
    assert lost_in_text == []
