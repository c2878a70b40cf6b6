import QtQuick
import Holdfast.Ui

// One product: touch it to add it. Sold-out goods stay in their place, dimmed, and say who holds
// the rest.
Tile {
    required property int index
    required property int productId
    required property string name
    required property string brand
    required property string quantityText
    required property string priceText
    required property url pictureSource
    required property string availableText
    required property bool lowStock
    required property bool soldOut
    required property string heldElsewhereText
    required property int inCart

    text: name
    picture: pictureSource
    detail: brand !== "" && quantityText !== "" ? qsTr("%1 · %2").arg(quantityText).arg(brand)
        : quantityText + brand
    foot: priceText
    mark: soldOut && availableText === "" ? qsTr("Sold out") : availableText
    markTone: soldOut ? Badge.Danger : lowStock ? Badge.Warn : Badge.Neutral
    note: soldOut ? heldElsewhereText : ""
    corner: inCart > 0 ? qsTr("×%1").arg(inCart) : ""
    dimmed: soldOut
}
