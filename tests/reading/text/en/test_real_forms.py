"""Forms that real English texts have: months joined by a dash, lines of a picture, quantities before nouns, years."""

from __future__ import annotations

import pytest

from indextts.reading.text.normalise import normalise_line


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Sales rose in Apr-Jun.", "Sales rose in April to June."),
        ("The Oct–Dec quarter", "The October to December quarter"),
        ("From Jan-Mar 2024 on", "From January to March twenty twenty four on"),
        ("It rained in Jul - Sep.", "It rained in July to September."),
        ("the Nov-Feb season", "the November to February season"),
        ("open Mar–May", "open March to May"),
        ("Aug-Oct bookings", "August to October bookings"),
        ("the Dec—Jan break", "the December to January break"),
        ("peak in June-Sept", "peak in June to September"),
        ("Feb-Apr, May-Jul", "February to April, May to July"),
        ("Open Mon-Fri", "Open Monday to Friday"),
        ("Jan and May left", "Jan and May left"),
    ],
)
def test_months_joined_by_a_dash_are_a_range(written: str, said: str) -> None:
    assert normalise_line(written, "en") == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("720p30 video", "seven twenty p thirty video"),
        ("in 1080p60", "in ten eighty p sixty"),
        ("a 480p clip", "a four eighty p clip"),
        ("1440p90 mode", "fourteen forty p ninety mode"),
        ("it plays 2160p", "it plays twenty one sixty p"),
        ("576i tapes", "five seventy six i tapes"),
        ("360p only", "three sixty p only"),
        ("from 240p to 720p", "from two forty p to seven twenty p"),
        ("1080i broadcasts", "ten eighty i broadcasts"),
        ("540p24 film", "five forty p twenty four film"),
        ("720 people", "seven hundred and twenty people"),
    ],
)
def test_the_lines_of_a_picture_are_said_by_pairs(written: str, said: str) -> None:
    assert normalise_line(written, "en") == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("a 25bp cut", "a twenty five basis point cut"),
        ("the 50 bps hike", "the fifty basis point hike"),
        ("another 75bps move", "another seventy five basis point move"),
        ("fell 25bp on Friday", "fell twenty five basis points on Friday"),
        ("widened by 12 bps", "widened by twelve basis points"),
        ("a 12V/5A supply", "a twelve volt five ampere supply"),
        ("a 5V 3A charger", "a five volt three ampere charger"),
        ("its 20V/3.25A adapter", "its twenty volt three point two five ampere adapter"),
        ("The output is 5V/2A.", "The output is five volts two amperes."),
        ("rated 9 V/1 A", "rated nine volts one ampere"),
        ("a $1.5 million deferred loan", "a one point five million dollar deferred loan"),
        ("the $2 billion proposed merger", "the two billion dollar proposed merger"),
        ("has $3 million invested in bonds", "has three million dollars invested in bonds"),
        ("an N95 mask", "an N ninety five mask"),
        ("KN95 masks", "KN ninety five masks"),
        ("See vol 3.", "See volume three."),
        ("Vol 12 is out", "Volume twelve is out"),
    ],
)
def test_a_quantity_before_its_noun_is_in_the_singular(written: str, said: str) -> None:
    assert normalise_line(written, "en") == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("By 1863 settlers moved west.", "By eighteen sixty three settlers moved west."),
        ("In 1912 workers struck.", "In nineteen twelve workers struck."),
        ("Since 2019 sales have doubled.", "Since twenty nineteen sales have doubled."),
        ("Until 1987 trains ran here.", "Until nineteen eighty seven trains ran here."),
        ("Before 1845 farmers grew oats.", "Before eighteen forty five farmers grew oats."),
        ("After 1968 students changed.", "After nineteen sixty eight students changed."),
        ("the Paris 2024 men's final", "the Paris twenty twenty four men's final"),
        ("Tokyo 2020 athletes", "Tokyo twenty twenty athletes"),
        ("the London 2012 games", "the London twenty twelve games"),
        ("Beijing 2022 medals", "Beijing twenty twenty two medals"),
        ("In 2000 cases it failed.", "In two thousand cases it failed."),
        ("in 1863 cases", "in one thousand eight hundred and sixty three cases"),
        ("It sold 2024 cars.", "It sold two thousand and twenty four cars."),
    ],
)
def test_a_year_before_a_plural_is_told_by_what_stands_before_it(written: str, said: str) -> None:
    assert normalise_line(written, "en") == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("My next workshop is 3/14 at 7pm", "My next workshop is March fourteenth at seven PM"),
        ("Deadline is 10/31.", "Deadline is October thirty first."),
        ("See you 7/4!", "See you July fourth!"),
        ("The sale runs 11/27 to 12/1.", "The sale runs November twenty seventh to December first."),
        ("Starting 1/15, prices go up.", "Starting January fifteenth, prices go up."),
        ("It adds a train from 9/2.", "It adds a train from September second."),
        ("Due date: 6/30.", "Due date: June thirtieth."),
        ("Our next meeting: 4/9, 6pm.", "Our next meeting: April ninth, six PM."),
        ("Doors open 12/5 at 7pm.", "Doors open December fifth at seven PM."),
        ("Save the date: 6/14!", "Save the date: June fourteenth!"),
        ("New hours (starting 1/6)", "New hours (starting January sixth)"),
        ("Closed 12/24-12/26.", "Closed December twenty fourth to December twenty sixth."),
        ("The 3/14 workshop is full.", "The March fourteenth workshop is full."),
        ("Show dates: 10/3, 10/4 and 10/10.", "Show dates: October third, October fourth and October tenth."),
        ("I will be away 7/3 through 7/10.", "I will be away July third through July tenth."),
        ("Last updated 11/28.", "Last updated November twenty eighth."),
        ("Tue 4/9 works.", "Tuesday April ninth works."),
        ("The webinar is 5/2, 10:30.", "The webinar is May second, ten thirty."),
        ("Her birthday is 8/9.", "Her birthday is August ninth."),
        ("Back 1/2.", "Back January second."),
        ("The hearing is on 2/10.", "The hearing is on February tenth."),
        ("Add 3/4 cup of milk.", "Add three quarters cup of milk."),
        ("Run 1/2 mile.", "Run one half mile."),
        ("About 2/3 of them left.", "About two thirds of them left."),
        ("Subtract 3/2 from 5/2.", "Subtract three halves from five halves."),
        (
            "The piece goes from 5/4 to 7/8 in two bars.",
            "The piece goes from five quarters to seven eighths in two bars.",
        ),
        ("He ate from 1/2 to 3/4 of the pie.", "He ate from one half to three quarters of the pie."),
        ("The glass is 1/2 full.", "The glass is one half full."),
        ("I got 9/10 on the test.", "I got nine out of ten on the test."),
        ("Since 9/11 things changed.", "Since nine eleven things changed."),
        ("The class is 2/3 girls.", "The class is two thirds girls."),
        ("We are 1/3 done.", "We are one third done."),
        ("A 5/16 bolt and a 3/8 nut.", "A five sixteenths bolt and a three eighths nut."),
        ("Open 24/7.", "Open twenty four seven."),
        ("The recipe runs 3/4 page.", "The recipe runs three quarters page."),
        ("He was out 1/4 of the season.", "He was out one quarter of the season."),
        ("Half is 1/2.", "Half is one half."),
        ("The score was 6/4.", "The score was six quarters."),
        ("It closed 7/8 higher.", "It closed seven eighths higher."),
        ("Take 1/2 tablet.", "Take one half tablet."),
        ("It weighs 3/4 lb.", "It weighs three quarters of a pound."),
        ("The trial showed 3/10 patients improved.", "The trial showed three tenths patients improved."),
        ("The camp is 6/20 - 6/24.", "The camp is June twentieth to June twenty fourth."),
        ("Meeting notes: 3/4 of us came.", "Meeting notes: three quarters of us came."),
        ("The launch is 2/29, they say.", "The launch is February twenty ninth, they say."),
        ("The deadline was 3/1.", "The deadline was March first."),
        ("I moved out 5/31.", "I moved out May thirty first."),
    ],
)
def test_a_day_by_two_numbers_is_no_fraction_and_a_fraction_no_day(written: str, said: str) -> None:
    assert normalise_line(written, "en") == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Entry is £8; under-5s go free.", "Entry is eight pounds; under-fives go free."),
        ("The over-65s can swim for free.", "The over-sixty fives can swim for free."),
        ("Under-18s must be with an adult.", "Under-eighteens must be with an adult."),
        ("The under-21s won 3-0.", "The under-twenty ones won three nil."),
        ("The under 12s play at noon.", "The under twelves play at noon."),
        ("Kids under 5s eat free.", "Kids under fives eat free."),
        ("Take omega-3s every day.", "Take omega-threes every day."),
        ("Two 5s and three 10s.", "Two fives and three tens."),
        ("All the 7s in the deck.", "All the sevens in the deck."),
        ("Over 70s get a pass.", "Over seventies get a pass."),
        ("Girls over 16s train here.", "Girls over sixteens train here."),
        ("He rolled three 6s.", "He rolled three sixes."),
        ("It took 5s.", "It took five seconds."),
        ("Latency stays under 5s.", "Latency stays under five seconds."),
        ("Wait for 10s.", "Wait for ten seconds."),
        ("The 5s delay is short.", "The five second delay is short."),
        ("A timeout of 30s is set.", "A timeout of thirty seconds is set."),
        ("In the 60s and the '90s.", "In the sixties and the nineties."),
        ("It ran in 12s.", "It ran in twelve seconds."),
    ],
)
def test_many_that_have_a_number_are_no_seconds(written: str, said: str) -> None:
    assert normalise_line(written, "en") == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Soak for 2–2½ hours.", "Soak for two to two and a half hours."),
        ("Add ½–1 tsp.", "Add one half to one teaspoon."),
        ("It fits 5'2\"–5'6\".", "It fits five feet two inches to five feet six inches."),
        ("Your invoice no. is on page 3.", "Your invoice number is on page three."),
        ("Read ed. 4 of it.", "Read edition four of it."),
        ("Up in Q1 2022 vs. Q1 2021.", "Up in Q one twenty twenty two versus Q one twenty twenty one."),
        ("We use Office 365.", "We use Office three sixty five."),
        ("It is a £20-a-week room.", "It is a twenty pound-a-week room."),
        ("Get v2.14 today.", "Get v two point fourteen today."),
        ("Four 2x8s and some 1x6s.", "Four two by eights and some one by sixes."),
        ("I <3 this cafe.", "I love this cafe."),
        ("Leeds Utd lost.", "Leeds United lost."),
        ("Malcolm X spoke, then Malcolm III.", "Malcolm X spoke, then Malcolm the third."),
        ("Hey, r u home?", "Hey, are you home?"),
    ],
)
def test_shop_and_chat_forms_are_said_as_people_say_them(written: str, said: str) -> None:
    assert normalise_line(written, "en") == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("M-maybe we sh-should, he said.", "Muh maybe we sh-should, he said."),
        ("I c-can't f-feel it.", "I cuh can't fuh feel it."),
        ("B-b-but why?", "buh but why?"),
        ("A t-test on D-day by a b-boy.", "A t-test on D-day by a b-boy."),
        ("Two F-fifteens flew.", "Two F-fifteens flew."),
    ],
)
def test_a_stutter_is_no_name_of_a_letter(written: str, said: str) -> None:
    assert normalise_line(written, "en") == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("They improved to 8-7.", "They improved to eight and seven."),
        ("A 10-3 record is good.", "A ten and three record is good."),
        ("They went 7-5-2 last year.", "They went seven, five and two last year."),
        ("The Owls are 9-4 overall.", "The Owls are nine and four overall."),
        ("We were 3-0 up at the break.", "We were three nil up at the break."),
        ("Leeds won 3-1 away.", "Leeds won three one away."),
        ("They lost 2-0 to Spurs.", "They lost two nil to Spurs."),
        ("Trailing 2-1, they tied it.", "Trailing two one, they tied it."),
        ("It was a 5-4 win.", "It was a five four win."),
        ("The Hawks are now 31-20.", "The Hawks are now thirty one and twenty."),
        ("Prices are now 5-10 percent up.", "Prices are now five to ten percent up."),
        ("She won 10-15 races.", "She won ten to fifteen races."),
        ("He lost 10-15 lb in May.", "He lost ten to fifteen pounds in May."),
        ("It ended 5-6 May.", "It ended five to six May."),
        ("See pages 12-14.", "See pages twelve to fourteen."),
        ("Open 9-5 on weekdays.", "Open nine to five on weekdays."),
        ("Aged 5-10 at the start.", "Aged five to ten at the start."),
    ],
)
def test_records_and_scores_have_no_to_and_ranges_have(written: str, said: str) -> None:
    assert normalise_line(written, "en") == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("It was 140mm Hg.", "It was one hundred and forty millimeters of mercury."),
        ("It fell to 90 mm Hg.", "It fell to ninety millimeters of mercury."),
        ("It read 120/80 mm Hg.", "It read one hundred and twenty over eighty millimeters of mercury."),
        ("The glass read 30 in Hg.", "The glass read thirty inches of mercury."),
        ("Set it to 8 cmH2O.", "Set it to eight centimeters of water."),
        ("Nails 0.8-1.2in long.", "Nails zero point eight to one point two inches long."),
        ("Plant them 2-3 in apart.", "Plant them two to three inches apart."),
        ("It rained 1-2in in May.", "It rained one to two inches in May."),
        ("The book is 12in long.", "The book is twelve inches long."),
        ("Expect 2-3 in of rain.", "Expect two to three inches of rain."),
        ("Half of the 5-10 in each group passed.", "Half of the five to ten in each group passed."),
        ("Use the 3rd ed. of it.", "Use the third edition of it."),
        ("See the 11th edn. (2010).", "See the eleventh edition (twenty ten)."),
        ("Rms. 3 and 4 are shut.", "Rooms three and four are shut."),
        ("It is ~approx. 20 miles away.", "It is about twenty miles away."),
        ("Two days, ~30 min each.", "Two days, about thirty minutes each."),
        ("Approx 40 people came.", "Approximately forty people came."),
    ],
)
def test_pressures_inches_editions_and_about_are_said_in_words(written: str, said: str) -> None:
    assert normalise_line(written, "en").lower() == said.lower()


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("1983 falls in that range.", "nineteen eighty three falls in that range."),
        ("1991 marks the start of it.", "nineteen ninety one marks the start of it."),
        ("1955 houses were sold.", "one thousand nine hundred and fifty five houses were sold."),
    ],
)
def test_a_year_before_a_verb_is_one(written: str, said: str) -> None:
    assert normalise_line(written, "en") == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("an est. 3.4B views", "an estimated three point four billion views"),
        ("est. 12% growth", "estimated twelve percent growth"),
        ("a brewery, est. 1488", "a brewery, established fourteen eighty eight"),
        ("a shop, est. 2015, and", "a shop, established twenty fifteen, and"),
        ("hit 31 HRs in May", "hit thirty one home runs in May"),
        ("the Bulls (7-3) host the Knicks (4-6-1)", "the Bulls (seven and three) host the Knicks (four, six and one)"),
        ("Auburn (9-1) visits Athens", "Auburn (nine and one) visits Athens"),
        ("the 12-2 Eagles", "the twelve and two Eagles"),
        ("kids (4-6) and adults", "kids (four to six) and adults"),
        ("Chapters (3-4) and Pages (1-2)", "Chapters (three to four) and Pages (one to two)"),
        ("her 5'9\" sister", "her five foot nine sister"),
        ("a 6'0\" center", "a six foot center"),
        ("He is 5'8\" tall.", "He is five feet eight inches tall."),
        ("no 2.5mm plug", "no two point five millimeter plug"),
        ("67W charging, no 5 km race", "sixty seven watt charging, no five kilometer race"),
        ("It lost 5 kg.", "It lost five kilograms."),
        ("issues #7-#9", "issues number seven to number nine"),
        ("text SAVE to 90210, please", "text SAVE to nine zero two one zero, please"),
        ("the Russell-2000 and Dow-30", "the Russell two thousand and Dow thirty"),
        ("TL;DR: yes. tl;dr, no.", "TLDR: yes. tldr, no."),
        (
            "formed 540 Myr ago, 4.5 Gyr old",
            "formed five hundred and forty million years ago, four point five billion years old",
        ),
        ("67.4 km/s/Mpc", "sixty seven point four kilometers per second per megaparsec"),
        (
            "They need 51/100; he got 3/100 of it",
            "They need fifty one out of one hundred; he got three hundredths of it",
        ),
        ("then ↓ to 180", "then down to one hundred and eighty"),
    ],
)
def test_forms_of_news_and_reviews_are_said_in_full(written: str, said: str) -> None:
    assert normalise_line(written, "en") == said
