// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

extension CompiledGrants {
    /// Brings grants of the same resource together.
    struct Builder {
        struct Patterns {
            var names: [[UInt8]] = []
            var sets: [[FieldChoice]] = []
            var places: [[UInt8]: Int] = [:]
        }

        enum FieldChoice {
            case none
            case some(Set<Int>)
            case all
        }

        var exact = Patterns()
        var below = Patterns()
        var every = Self.nothing
        var fields: [[UInt8]] = []
        private var fieldPlaces: [[UInt8]: Int] = [:]
        private(set) var sets: [[UInt16]] = []
        private var setPlaces: [[UInt16]: Int] = [:]

        private static let nothing = [FieldChoice](repeating: .none, count: 8)

        mutating func add(_ grant: Grant) {
            let places = grant.fields.map { field in
                let field = Array(field.utf8)
                if let known = fieldPlaces[field] { return known }
                fieldPlaces[field] = fields.count
                fields.append(field)
                return fields.count - 1
            }
            // By bytes: strings compare as equal when only their normal forms are.
            let resource = Array(grant.resource.utf8)
            if resource == Array("*".utf8) {
                Self.add(grant.actions, places, to: &every)
            } else if resource.suffix(2) == Array("/*".utf8)[...] {
                Self.add(grant.actions, Array(resource.dropLast(2)), places, to: &below)
            } else {
                Self.add(grant.actions, resource, places, to: &exact)
            }
        }

        private static func add(
            _ actions: ActionSet, _ name: [UInt8], _ places: [Int], to patterns: inout Patterns
        ) {
            let place = patterns.places[name] ?? patterns.names.count
            if place == patterns.names.count {
                patterns.places[name] = place
                patterns.names.append(name)
                patterns.sets.append(nothing)
            }
            add(actions, places, to: &patterns.sets[place])
        }

        private static func add(_ actions: ActionSet, _ places: [Int], to choices: inout [FieldChoice]) {
            for action in actions.actions {
                let index = Int(action.rawValue)
                switch choices[index] {
                case .all: break
                case _ where places.isEmpty: choices[index] = .all
                case .none: choices[index] = .some(Set(places))
                case .some(let others): choices[index] = .some(others.union(places))
                }
            }
        }

        /// The numbers of the sets, which are numbered as they are met.
        mutating func words(_ choices: [FieldChoice]) -> SIMD8<UInt16> {
            var words = SIMD8<UInt16>()
            for (index, choice) in choices.enumerated() {
                switch choice {
                case .none: words[index] = FieldSets.none
                case .all: words[index] = FieldSets.all
                case .some(let places):
                    let sorted = places.sorted().map { UInt16(truncatingIfNeeded: $0) }
                    let place = setPlaces[sorted] ?? sets.count
                    if place == sets.count {
                        setPlaces[sorted] = place
                        sets.append(sorted)
                    }
                    words[index] = FieldSets.first + UInt16(truncatingIfNeeded: place)
                }
            }
            return words
        }
    }
}
